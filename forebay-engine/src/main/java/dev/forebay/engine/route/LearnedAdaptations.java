package dev.forebay.engine.route;

import dev.forebay.bedrock.model.Feature;
import dev.forebay.bedrock.translate.MissingFeatures;
import dev.forebay.core.Ticker;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What models turned out to lack. Each lesson is kept for a day, after which the model is asked as
 * if nothing were known: it may have changed. Of more than 1,000 the oldest go. Thread-safe.
 */
public final class LearnedAdaptations implements MissingFeatures {
  private static final int MOST = 1_000;
  private static final long KEPT_NANOS = Duration.ofHours(24).toNanos();

  private record Lesson(Set<Feature> lacks, long learnedNanos) {}

  private final Ticker ticker;

  /** The oldest first; guarded by itself. */
  private final Map<String, Lesson> adaptations = new LinkedHashMap<>();

  /** Nearly always nothing is known, which is seen without a lock. */
  private volatile boolean empty = true;

  private volatile boolean ofConversations;

  public LearnedAdaptations(Ticker ticker) {
    this.ticker = ticker;
  }

  @Override
  public Set<Feature> of(String subject) {
    if (empty) {
      return Set.of();
    }
    synchronized (adaptations) {
      forgetOld();
      Lesson lesson = adaptations.get(subject);
      return lesson == null ? Set.of() : lesson.lacks();
    }
  }

  @Override
  public void learn(String subject, Set<Feature> lacks) {
    synchronized (adaptations) {
      Set<Feature> all = EnumSet.noneOf(Feature.class);
      all.addAll(lacks);
      Lesson before = adaptations.remove(subject);
      if (before != null) {
        all.addAll(before.lacks());
      }
      adaptations.put(subject, new Lesson(Set.copyOf(all), ticker.nanos()));
      if (adaptations.size() > MOST) {
        adaptations.remove(adaptations.keySet().iterator().next());
      }
      refreshFlags();
    }
  }

  @Override
  public boolean ofConversations() {
    return ofConversations;
  }

  /** The names of the features that models lack, by the models' ids. */
  public Map<String, Set<String>> ofModels() {
    Map<String, Set<String>> all = new TreeMap<>();
    synchronized (adaptations) {
      forgetOld();
      adaptations.forEach(
          (subject, lesson) -> {
            if (!subject.startsWith(CONVERSATION)) {
              Set<String> lacks = new TreeSet<>();
              lesson.lacks().forEach(feature -> lacks.add(feature.key()));
              all.put(subject, lacks);
            }
          });
    }
    return all;
  }

  private void forgetOld() {
    long now = ticker.nanos();
    boolean any = false;
    Iterator<Lesson> oldest = adaptations.values().iterator();
    while (oldest.hasNext() && now - oldest.next().learnedNanos() > KEPT_NANOS) {
      oldest.remove();
      any = true;
    }
    if (any) {
      refreshFlags();
    }
  }

  private void refreshFlags() {
    empty = adaptations.isEmpty();
    ofConversations = adaptations.keySet().stream().anyMatch(s -> s.startsWith(CONVERSATION));
  }
}
