package dev.forebay.cluster;

import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import dev.forebay.core.targets.TargetRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * What members report to each other of cooldowns: that a service asked one of them to leave its
 * target alone. It is announced when a call meets it, on the call's thread, and holds when it is
 * heard, on the store's: no look at the targets and no other thread lies between. Thread-safe, but
 * for {@link #share}.
 */
final class SharedCooldowns {
  private static final long LEAST_MILLIS = 20;

  /** The end of a cooldown that came as a fact may be off by what the message took. */
  private static final long SAME_MILLIS = 100;

  private final TargetRegistry targets;
  private final Ticker ticker;

  /**
   * One of which others know, by the calls' clock in milliseconds.
   *
   * @param againMillis when they are to be informed again, as it failed
   */
  private record Known(long untilMillis, long againMillis) {
    static final long NEVER = Long.MAX_VALUE;
  }

  private final Map<Target, Known> known = new ConcurrentHashMap<>();

  /** By quota. */
  private volatile Map<String, List<Target>> sharing = Map.of();

  SharedCooldowns(TargetRegistry targets, Ticker ticker) {
    this.targets = targets;
    this.ticker = ticker;
  }

  /**
   * Of these targets from now on.
   *
   * @param begins receives each cooldown, on the call's thread
   */
  void share(Map<Target, String> quotas, BiConsumer<Target, String> begins) {
    known.keySet().retainAll(quotas.keySet());
    sharing =
        quotas.keySet().stream().collect(Collectors.groupingBy(quotas::get, Collectors.toList()));
    long nanos = ticker.nanos();
    quotas.forEach(
        (target, quota) ->
            targets
                .state(target, nanos)
                .cooldown()
                .listen(
                    () -> {
                      if (sharing.getOrDefault(quota, List.of()).contains(target)) {
                        begins.accept(target, quota);
                      }
                    }));
  }

  /** How long one lasts yet of which the others do not know; 0 if there is none. */
  long news(Target target) {
    long nanos = ticker.nanos();
    long millis = TimeUnit.NANOSECONDS.toMillis(targets.state(target, nanos).cooldownNanos(nanos));
    if (millis < LEAST_MILLIS) {
      return 0;
    }
    long now = TimeUnit.NANOSECONDS.toMillis(nanos);
    long until = now + millis;
    long[] news = {0};
    known.compute(
        target,
        (same, before) -> {
          if (before != null
              && until <= before.untilMillis + SAME_MILLIS
              && now < before.againMillis) {
            return before;
          }
          news[0] = millis;
          return new Known(until, Known.NEVER);
        });
    return news[0];
  }

  /** The others could not be informed: it is news again after a while. */
  void failed(Target target) {
    long again = TimeUnit.NANOSECONDS.toMillis(ticker.nanos()) + FactPublisher.AGAIN_MILLIS;
    known.computeIfPresent(target, (same, of) -> new Known(of.untilMillis, again));
  }

  /** Holds for as long as another member has said; it is not published again. */
  void heard(String quota, long millis) {
    long nanos = ticker.nanos();
    for (Target target : sharing.getOrDefault(quota, List.of())) {
      // First, as what follows is listened to.
      long until = TimeUnit.NANOSECONDS.toMillis(nanos) + millis;
      known.merge(
          target,
          new Known(until, Known.NEVER),
          (before, next) -> before.untilMillis > next.untilMillis ? before : next);
      targets.state(target, nanos).coolDown(TimeUnit.MILLISECONDS.toNanos(millis), nanos);
    }
  }
}
