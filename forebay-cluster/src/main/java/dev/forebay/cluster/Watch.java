package dev.forebay.cluster;

import dev.forebay.core.FleetReading;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which member has which part of each quota, for the dashboard: the store is asked once a second,
 * and only while a page is open. Not thread-safe, but for {@link #go}.
 */
final class Watch {
  private static final long EVERY_MILLIS = 1_000;

  /** Longer than the time between two requests of a page. */
  private static final long LASTS_MILLIS = 3_000;

  /** A member's name with the eight digits of its start, and its target. */
  private static final Pattern OWNER = Pattern.compile("(?<member>.+?/[0-9a-f]{8}):.*");

  private final Map<String, List<FleetReading.Part>> parts = new LinkedHashMap<>();
  private volatile boolean begins;
  private boolean watches;
  private long untilMillis;
  private long nextMillis;

  /** A page was read. On any thread. */
  void go() {
    begins = true;
  }

  /** Whether the store is to be asked now. */
  boolean isDue(long nowMillis) {
    if (begins) {
      begins = false;
      nextMillis = watches ? nextMillis : nowMillis;
      watches = true;
      untilMillis = nowMillis + LASTS_MILLIS;
    }
    if (watches && nowMillis >= untilMillis) {
      watches = false;
      parts.clear();
    }
    if (!watches || nowMillis < nextMillis) {
      return false;
    }
    nextMillis = nowMillis + EVERY_MILLIS;
    return true;
  }

  /** The store has said who holds what. */
  void held(String quota, Collection<SharedStore.Held> leases) {
    Map<String, FleetReading.Part> byMember = new LinkedHashMap<>();
    for (SharedStore.Held lease : leases) {
      FleetReading.Part part =
          new FleetReading.Part(
              member(lease.owner()),
              (double) lease.has() / Grant.WHOLE,
              (double) lease.wants() / Grant.WHOLE);
      byMember.merge(part.member(), part, Watch::sum);
    }
    parts.put(
        quota,
        byMember.values().stream()
            .sorted(
                Comparator.comparingDouble((FleetReading.Part part) -> part.share() - part.wants())
                    .thenComparing(FleetReading.Part::member))
            .toList());
  }

  List<FleetReading.Part> parts(String quota) {
    return parts.getOrDefault(quota, List.of());
  }

  /** Of several targets. */
  private static FleetReading.Part sum(FleetReading.Part one, FleetReading.Part other) {
    return new FleetReading.Part(
        one.member(), one.share() + other.share(), one.wants() + other.wants());
  }

  private static String member(String owner) {
    Matcher found = OWNER.matcher(owner);
    return found.matches() ? found.group("member") : owner;
  }
}
