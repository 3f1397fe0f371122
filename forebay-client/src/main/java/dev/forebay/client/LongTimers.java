package dev.forebay.client;

import dev.forebay.client.CallTimers.Scheduled;

/**
 * Alarms of calls, which nearly always take them back long before their time: one that is far away
 * is watched, and becomes a timer only once it is near. Thread-safe.
 */
final class LongTimers {
  /** Sure to be looked at once more before it is {@link #NEAR_NANOS} away. */
  private static final long FAR_NANOS = 3 * PolledSet.lookNanos();

  private static final long NEAR_NANOS = 2 * PolledSet.lookNanos();

  private final CallTimers timers;
  private final PolledSet<Alarm> watched;

  private static final class Alarm {
    private final long dueNanos;
    private final Runnable action;
    private volatile boolean cancelled;

    Alarm(long dueNanos, Runnable action) {
      this.dueNanos = dueNanos;
      this.action = action;
    }
  }

  LongTimers(CallTimers timers) {
    this.timers = timers;
    this.watched =
        new PolledSet<>(look -> timers.schedule(PolledSet.lookNanos(), look), this::scheduleIfNear);
  }

  /** See {@link CallTimers#alarm}. */
  Scheduled alarm(long delayNanos, Runnable action) {
    if (delayNanos < FAR_NANOS) {
      return timers.schedule(delayNanos, () -> timers.execute(action));
    }
    Alarm alarm = new Alarm(timers.nanos() + delayNanos, action);
    InFlightSet.Place<Alarm> place = watched.add(alarm);
    return () -> {
      alarm.cancelled = true;
      place.remove();
    };
  }

  private void scheduleIfNear(InFlightSet.Place<Alarm> place) {
    Alarm alarm = place.value();
    long left = alarm.dueNanos - timers.nanos();
    if (left < NEAR_NANOS && place.remove()) {
      timers.schedule(
          left,
          () -> {
            if (!alarm.cancelled) {
              timers.execute(alarm.action);
            }
          });
    }
  }
}
