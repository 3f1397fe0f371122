package dev.forebay.testkit;

import dev.forebay.core.Step;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a driver saw of one journey. */
public final class JourneyRun {
  final List<Step> steps = new ArrayList<>();
  final List<Long> stepsAtNanos = new ArrayList<>();
  @Nullable Step end;
  long endedAtNanos;
  boolean callerLeft;
  int attemptsWithContent;
  boolean lifeShown;

  /** All steps in order. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /** The last step; none while the journey is under way or if the caller left. */
  public @Nullable Step end() {
    return end;
  }

  public boolean callerLeft() {
    return callerLeft;
  }

  /** When the journey ended. */
  public long endedAtNanos() {
    return endedAtNanos;
  }

  /** How many attempts sent content to the caller: more than one is a defect. */
  public int attemptsWithContent() {
    return attemptsWithContent;
  }

  /** Whether an attempt has shown life by a frame without content. */
  public boolean lifeShown() {
    return lifeShown;
  }

  /** The attempts, in order. */
  public List<Step.Attempt> attempts() {
    return steps.stream()
        .filter(Step.Attempt.class::isInstance)
        .map(Step.Attempt.class::cast)
        .toList();
  }

  /** How long each wait was, in nanoseconds. */
  public List<Long> waitsNanos() {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.WaitUntil wait) {
        waits.add(wait.nanos() - stepsAtNanos.get(i));
      }
    }
    return waits;
  }
}
