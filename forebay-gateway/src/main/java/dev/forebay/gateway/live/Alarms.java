package dev.forebay.gateway.live;

import dev.forebay.core.Breaker;
import dev.forebay.core.TargetQuota;
import dev.forebay.gateway.live.Alarm.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tells from the last minute what an operator should know, and what can be done about it. Shares
 * count only among enough calls: one failure in the night is no alarm.
 */
final class Alarms {
  private static final int ENOUGH_CALLS = 20;
  private static final int ENOUGH_ATTEMPTS = 10;
  private static final double FAILING = 0.05;
  private static final double FALLING_BACK = 0.05;
  private static final double THROTTLED = 0.1;
  private static final double REJECTED = 0.5;
  private static final double QUOTA_USED = 0.8;
  private static final long LONG_GATE_MILLIS = 5_000;
  private static final int MANY_WAITING = 50;
  private static final Duration LONG_QUEUED = Duration.ofMinutes(10);

  /** A rate that dips while it looks for the limit is no alarm. */
  private static final double LOWERED = 0.5;

  private final List<Alarm> found = new ArrayList<>();

  private Alarms() {}

  /** The worst first. */
  static List<Alarm> of(
      Map<String, TargetReading> targets,
      Collection<RouteReading> routes,
      Collection<FallbackRefusals.Seen> refusals,
      QueueReading queue) {
    Alarms alarms = new Alarms();
    alarms.judge(queue);
    routes.forEach(route -> alarms.judge(route, targets));
    refusals.forEach(alarms::judge);
    targets.values().forEach(alarms::judge);
    alarms.found.sort(Comparator.comparing(Alarm::level));
    return alarms.found;
  }

  private void judge(QueueReading queue) {
    if (!queue.reachable()) {
      add(
          Level.CRITICAL,
          "queue-store",
          "queue",
          "The job store does not answer.",
          "No new jobs are taken; other calls go on. Check the file's disk or the database of"
              + " `jobs.store`.");
    }
    if (queue.dead() > 0) {
      add(
          Level.WARNING,
          "dead-letters",
          "queue",
          queue.dead() + " jobs failed for good.",
          "`forebay jobs list` and `show` tell why. When the cause is gone, `forebay jobs redrive"
              + " ID` queues one again.");
    }
    if (queue.oldest().compareTo(LONG_QUEUED) > 0) {
      add(
          Level.WARNING,
          "queue",
          "queue",
          "The oldest job has waited for %d minutes.".formatted(queue.oldest().toMinutes()),
          "Jobs run when capacity is left over. If the queue grows from day to day, the quota is"
              + " too small: raise it or add a target.");
    }
  }

  private void judge(RouteReading route, Map<String, TargetReading> targets) {
    String name = route.name();
    if (route.isCutOff(targets)) {
      add(
          Level.CRITICAL,
          "cut-off",
          name,
          "No target of this route takes calls: every circuit is open.",
          "Probes find out by themselves when one works again. Look at the last unusual calls for"
              + " the error. A target in another region, a fallback to another model, or"
              + " `degraded` on the route keeps it answering next time.");
    }
    double failing = route.share(Rung.REFUSED, Rung.BROKEN);
    boolean enough = route.traffic().judged(RouteTraffic.SECONDS) >= ENOUGH_CALLS;
    if (enough && failing > FAILING) {
      add(
          Level.CRITICAL,
          "failing",
          name,
          percent(failing) + " of the calls of the last minute were refused or broke off.",
          "Look at the last unusual calls for the reason. Throttled: raise the quota or add a"
              + " target. Failing: add a fallback. Rejected (400, 403, 404): the request or the"
              + " model access is wrong, and no retry helps.");
    }
    double standIn = route.share(Rung.STALE, Rung.CANNED);
    if (standIn > 0) {
      add(
          enough && standIn > FAILING ? Level.CRITICAL : Level.WARNING,
          "degraded",
          name,
          percent(standIn) + " of the calls of the last minute got a kept or canned answer.",
          "No target answered these calls. See the alarms of the route's targets; every tier is"
              + " affected.");
    }
    double fallback = route.share(Rung.FALLBACK);
    if (enough && fallback > FALLING_BACK) {
      add(
          Level.WARNING,
          "fallback",
          name,
          percent(fallback) + " of the calls of the last minute were answered by a fallback.",
          "Callers get answers, but not from the model they asked for. See the alarms of the first"
              + " tier's targets. If it is the quota, raise it or add an equal target.");
    }
  }

  private void judge(FallbackRefusals.Seen refusals) {
    add(
        Level.WARNING,
        "fallback-refuses",
        refusals.route(),
        "The fallback %s refused %d calls in the last minute (%s)."
            .formatted(refusals.target(), refusals.refusals(), refusals.reason()),
        "These calls went on to the next target, but this one is no help to them. Either its model"
            + " does not take what the calls hold, or its account may not use the model: fix the"
            + " account, or name another fallback.");
  }

  private void judge(TargetReading target) {
    judgeCircuit(target);
    judgeAttempts(target);
    Double quotaUse = target.quotaUse();
    if (quotaUse != null && quotaUse > QUOTA_USED) {
      add(
          Level.WARNING,
          "quota",
          target.name(),
          "The last minute used " + percent(quotaUse) + " of its quota.",
          "Calls wait as soon as it is spent. Ask for a higher quota (Service Quotas in the AWS"
              + " console), add an equal target in another region, or lower max_tokens.");
    }
    judgeRate(target);
    if (target.gateMillis() > LONG_GATE_MILLIS && !target.isOpen()) {
      add(
          Level.WARNING,
          "gate",
          target.name(),
          "It asked to be left alone for another %d s.".formatted(target.gateMillis() / 1_000),
          "Calls wait or go elsewhere until then, by themselves. If this comes again and again,"
              + " tell its quota in the configuration, so that calls wait before they are"
              + " refused.");
    }
    if (target.waiting() >= MANY_WAITING) {
      add(
          Level.INFO,
          "waiting",
          target.name(),
          target.waiting() + " calls wait for its capacity.",
          "Urgent ones go first. If this lasts, the quota is too small for the traffic: raise it,"
              + " add an equal target, or move what can wait to the queue.");
    }
  }

  private void judgeRate(TargetReading target) {
    if (target.config().target().quota() instanceof TargetQuota.Joint told
        && told.tokensPerMinute() > 0
        && target.ratePerMinute() < LOWERED * told.tokensPerMinute()) {
      add(
          Level.WARNING,
          "rate",
          target.name(),
          String.format(
              Locale.ROOT,
              "Throttles have lowered its rate to %,.0f tokens a minute, of the %,d told.",
              target.ratePerMinute(),
              told.tokensPerMinute()),
          "Others use the same quota, or it is lower than the configuration says. The rate rises"
              + " again by itself while nothing is throttled.");
    }
  }

  private void judgeCircuit(TargetReading target) {
    if (target.circuit() == Breaker.Position.CLOSED) {
      return;
    }
    if (target.circuit() == Breaker.Position.HALF_OPEN) {
      add(
          Level.INFO,
          "breaker",
          target.name(),
          "Its circuit is half open: a few calls try whether it works again.",
          "Nothing to do. It closes after four probes in a row that succeed.");
    } else if (target.slow()) {
      add(
          Level.WARNING,
          "breaker",
          target.name(),
          "Its circuit is open: it is far slower than usual.",
          "Calls go to the others, and here only as a last resort. It closes by itself when it is"
              + " as fast as before.");
    } else {
      add(
          Level.WARNING,
          "breaker",
          target.name(),
          "Its circuit is open: it fails.",
          "Calls go to the others. Probes close it by themselves when it works again. If it stays"
              + " open for minutes, check the region's health, the endpoint and the credentials.");
    }
  }

  private void judgeAttempts(TargetReading target) {
    long attempts = target.traffic().attempts();
    if (target.traffic().ended("throttled_day") > 0) {
      add(
          Level.WARNING,
          "day-quota",
          target.name(),
          "Its quota for the day is used up.",
          "It is left alone until it says otherwise. Ask for a higher quota per day, or add an"
              + " equal target in another region or account.");
    }
    if (attempts < ENOUGH_ATTEMPTS) {
      return;
    }
    double throttled = (double) target.traffic().ended("throttled") / attempts;
    if (throttled > THROTTLED) {
      add(
          Level.WARNING,
          "throttled",
          target.name(),
          percent(throttled) + " of the requests of the last minute were throttled.",
          "Tell its quota in the configuration (`quota`), so that calls wait here instead of being"
              + " refused there; if it is told, others use it as well. Then ask for a higher one.");
    }
    double rejected = (double) target.traffic().ended("rejected") / attempts;
    if (rejected > REJECTED) {
      add(
          Level.WARNING,
          "rejected",
          target.name(),
          percent(rejected) + " of the requests of the last minute were rejected.",
          "Check that the model may be used in that region and account, and the credentials. The"
              + " last unusual calls show the error's name.");
    }
  }

  private void add(Level level, String kind, String about, String text, String advice) {
    found.add(new Alarm(level, kind, about, text, advice));
  }

  /** A whole percentage; what is there at all is not shown as nothing. */
  static String percent(double share) {
    return share > 0 && share < 0.01
        ? "under 1 %"
        : String.format(Locale.ROOT, "%.0f %%", Math.floor(share * 100));
  }
}
