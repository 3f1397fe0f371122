package dev.forebay.gateway.live;

import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.health.Breaker;
import dev.forebay.gateway.live.Alarm.Level;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds in a target's last minute what an operator should know, and what can be done about it. */
final class TargetAlarms {
  private static final int ENOUGH_ATTEMPTS = 10;
  private static final double THROTTLED = 0.1;
  private static final double REJECTED = 0.5;
  private static final double QUOTA_USED = 0.8;
  private static final long LONG_GATE_MILLIS = 5_000;
  private static final int MANY_WAITING = 50;

  /** A rate that dips while it looks for the limit is no alarm. */
  private static final double LOWERED = 0.5;

  private final TargetReading target;
  private final @Nullable String connectionError;
  private final List<Alarm> found;

  private TargetAlarms(TargetReading target, @Nullable String connectionError, List<Alarm> found) {
    this.target = target;
    this.connectionError = connectionError;
    this.found = found;
  }

  /**
   * Adds what there is to say about that target.
   *
   * @param connectionError why it could not be reached last, null if it could
   */
  static void judge(TargetReading target, @Nullable String connectionError, List<Alarm> found) {
    new TargetAlarms(target, connectionError, found).judge();
  }

  private void judge() {
    judgeCircuit();
    judgeAttempts();
    Double quotaUse = target.quotaUse();
    if (quotaUse != null && quotaUse > QUOTA_USED) {
      add(
          Level.WARNING,
          AlarmKind.QUOTA,
          Alarms.percent(quotaUse) + " of its quota was used in the last minute.",
          "Calls wait when it is used up. Ask for a higher quota (Service Quotas in the AWS"
              + " console), add an equal target in another region, or lower `max_tokens`.",
          target.traffic().attempts());
    }
    judgeRate();
    if (target.gateMillis() > LONG_GATE_MILLIS && !target.isOpen()) {
      add(
          Level.WARNING,
          AlarmKind.GATE,
          "It asked for a pause, of which %d s are left.".formatted(target.gateMillis() / 1_000),
          "Calls wait or go to other targets until then. If this repeats, configure its `quota`,"
              + " so that calls wait in the gateway instead of being throttled.",
          target.waiting());
    }
    if (target.waiting() >= MANY_WAITING) {
      add(
          target.waiting() - target.waiting(Priority.BATCH) >= MANY_WAITING
              ? Level.WARNING
              : Level.INFO,
          AlarmKind.WAITING,
          target.waiting() + " calls wait for its capacity.",
          "Interactive calls go first. If this lasts, the quota is too small for the traffic: raise"
              + " it, add an equal target, or send what can wait as jobs.",
          target.waiting());
    }
  }

  private void judgeRate() {
    if (target.config().target().quota() instanceof TargetQuota.Joint quota
        && quota.tokensPerMinute() > 0
        && target.ratePerMinute() < LOWERED * quota.tokensPerMinute()) {
      add(
          Level.WARNING,
          AlarmKind.RATE,
          String.format(
              Locale.ROOT,
              "Throttles lowered its rate to %,.0f of the configured %,d tokens a minute.",
              target.ratePerMinute(),
              quota.tokensPerMinute()),
          "Others use the same quota, or it is lower than configured. The rate rises again while"
              + " nothing is throttled.",
          target.traffic().ended("throttled"));
    }
  }

  private void judgeCircuit() {
    if (target.circuit() == Breaker.Position.CLOSED) {
      return;
    }
    if (target.circuit() == Breaker.Position.HALF_OPEN) {
      add(
          Level.INFO,
          AlarmKind.BREAKER,
          "Circuit half open: probes test whether it works again.",
          "Watch the probes: four successes in a row close the circuit. If it opens again, the"
              + " last unusual calls show the error.",
          target.traffic().attempts());
    } else if (target.slow()) {
      add(
          Level.WARNING,
          AlarmKind.BREAKER,
          "Circuit open: it is far slower than usual.",
          "Targets whose circuit is closed get the calls; this one is a last resort. It closes when"
              + " probes are as fast as before.",
          target.traffic().attempts());
    } else {
      add(
          Level.WARNING,
          AlarmKind.BREAKER,
          connectionError == null
              ? "Circuit open: it fails."
              : "Circuit open: it fails. " + connectionError + ".",
          "Targets whose circuit is closed get the calls. Probes close this one when it works again."
              + " If it stays open for minutes, check the region's health, the endpoint and the"
              + " credentials.",
          target.traffic().attempts());
    }
  }

  private void judgeAttempts() {
    long attempts = target.traffic().attempts();
    long throttledForTheDay = target.traffic().ended("throttled_day");
    if (throttledForTheDay > 0) {
      add(
          Level.WARNING,
          AlarmKind.DAY_QUOTA,
          "Its quota for the day is used up.",
          "It gets no calls until its pause ends. Ask for a higher quota per day, or add an equal"
              + " target in another region or account.",
          throttledForTheDay);
    }
    if (attempts < ENOUGH_ATTEMPTS) {
      return;
    }
    long throttled = target.traffic().ended("throttled");
    if (throttled > THROTTLED * attempts) {
      add(
          Level.WARNING,
          AlarmKind.THROTTLED,
          Alarms.percent((double) throttled / attempts)
              + " of requests were throttled in the last minute.",
          "Configure its `quota`, so that calls wait in the gateway instead of being throttled. If"
              + " it is configured, other clients of the account use it too: ask for a higher"
              + " one.",
          throttled);
    }
    long rejected = target.traffic().ended("rejected");
    if (rejected > REJECTED * attempts) {
      add(
          Level.WARNING,
          AlarmKind.REJECTED,
          Alarms.percent((double) rejected / attempts)
              + " of requests were rejected in the last minute.",
          "Check that the account may use the model in that region, and the credentials. The last"
              + " unusual calls show the error's name.",
          rejected);
    }
  }

  private void add(Level level, AlarmKind kind, String text, String advice, long affected) {
    found.add(new Alarm(level, kind, target.name(), text, advice, affected));
  }
}
