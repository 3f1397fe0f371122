package dev.forebay.gateway.live;

import dev.forebay.gateway.live.Alarm.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds in the last minute what an operator should know, and what can be done about it. What the
 * last ten seconds show no more is no warning: callers do not suffer now.
 */
final class Alarms {
  /** From here on, shares say more than counts. */
  private static final int ENOUGH_CALLS = 20;

  /** So many among few calls are no accident, if they are most of them. */
  private static final int FEW = 3;

  private static final double FAILING = 0.05;
  private static final double FALLING_BACK = 0.05;
  private static final Duration LONG_QUEUED = Duration.ofMinutes(10);

  private static final int NOW = OverallStatus.SECONDS;

  /** A few callers leave for reasons of their own. */
  private static final int ENOUGH_LEFT = 5;

  /** An SDK that gives up after its 30 s and tries again leaves no more often than this. */
  private static final int FEW_LEFT = 2;

  private static final double LEAVING = 0.2;
  private static final double MOST_LEAVE = 0.5;
  private static final double REPEATING = 0.05;

  private final List<Alarm> found = new ArrayList<>();

  private Alarms() {}

  /**
   * The worst first.
   *
   * @param failures how the last failed call of each route ended, as far as it is known
   */
  static List<Alarm> of(
      Map<String, TargetReading> targets,
      Collection<RouteReading> routes,
      Collection<FallbackRefusals.Seen> refusals,
      Collection<CallerHabits.Seen> callers,
      Map<String, String> failures,
      GatewayReading gateway) {
    Alarms alarms = new Alarms();
    alarms.judge(gateway);
    alarms.judge(gateway.queue());
    routes.forEach(route -> alarms.judge(route, targets, failures.get(route.name())));
    routes.forEach(
        route ->
            callers.stream()
                .filter(seen -> seen.route().equals(route.name()))
                .forEach(seen -> alarms.judge(route, seen)));
    refusals.forEach(alarms::judge);
    targets
        .values()
        .forEach(
            target ->
                TargetAlarms.judge(
                    target, gateway.connectionErrors().get(target.name()), alarms.found));
    alarms.found.sort(Alarm.WORST_FIRST);
    return alarms.found;
  }

  private void judge(GatewayReading gateway) {
    if (!gateway.configRefused().isEmpty()) {
      add(
          Level.WARNING,
          AlarmKind.CONFIG,
          "configuration",
          "The configuration file is refused: " + firstOf(gateway.configRefused()),
          "The configuration that was loaded before stays in force, but a restart would fail."
              + " Correct the file (`forebay config check FILE` lists all problems): it is read"
              + " again by itself.",
          0);
    }
    if (!gateway.afterRestart().isEmpty()) {
      add(
          Level.INFO,
          AlarmKind.RESTART,
          "configuration",
          "Changed keys wait for a restart: %s."
              .formatted(String.join(", ", gateway.afterRestart())),
          "These keys take effect at the next start of the gateway; all other changes are in"
              + " force.",
          0);
    }
  }

  private static String firstOf(List<String> problems) {
    int more = problems.size() - 1;
    return problems.getFirst()
        + (more == 0 ? "" : " (and %d more problem%s)".formatted(more, more == 1 ? "" : "s"));
  }

  private void judge(QueueReading queue) {
    if (!queue.reachable()) {
      add(
          Level.CRITICAL,
          AlarmKind.QUEUE_STORE,
          "job store",
          "The job store does not answer.",
          "New jobs get 503; jobs that were accepted run when the store is back. All other calls"
              + " go on. Check the disk of the SQLite file, or the PostgreSQL server, that"
              + " `jobs.store` names.",
          0);
    }
    if (queue.dead() > 0) {
      add(
          Level.WARNING,
          AlarmKind.DEAD_LETTERS,
          "queue",
          "%d %s for good (dead letters)."
              .formatted(queue.dead(), queue.dead() == 1 ? "job failed" : "jobs failed"),
          "`forebay jobs list --state failed` shows the errors. When the cause is fixed,"
              + " `forebay jobs redrive ID` queues a job again.",
          queue.dead());
    }
    if (queue.oldest().compareTo(LONG_QUEUED) > 0) {
      add(
          Level.WARNING,
          AlarmKind.QUEUE,
          "queue",
          "The oldest job has waited for %d minutes.".formatted(queue.oldest().toMinutes()),
          "Jobs run with the capacity that other calls leave. If the queue grows from day to day,"
              + " raise the quota or add a target.",
          queue.queued());
    }
  }

  private void judge(
      RouteReading route, Map<String, TargetReading> targets, @Nullable String lastFailure) {
    if (route.isCutOff(targets)) {
      add(
          Level.CRITICAL,
          AlarmKind.CUT_OFF,
          route.name(),
          "No target of this route takes calls: all circuits are open.",
          "Probes close a circuit when its target works again. So that the route answers next time,"
              + " add a target in another region, a fallback to another model, or `degraded`.",
          route.traffic().judged(RouteTraffic.SECONDS));
    }
    judgeFailures(route, lastFailure);
    long standIns = route.ended(RouteTraffic.SECONDS, Disposition.STALE, Disposition.CANNED);
    if (standIns > 0) {
      String share = share(standIns, route.judged(RouteTraffic.SECONDS));
      boolean present = route.ended(NOW, Disposition.STALE, Disposition.CANNED) > 0;
      add(
          !present ? Level.INFO : isHigh(standIns, route, FAILING) ? Level.CRITICAL : Level.WARNING,
          AlarmKind.DEGRADED,
          route.name(),
          share + " got a stale or canned answer in the last minute" + past(present),
          "No target answered these calls. See the alarms of the route's targets; every tier is"
              + " affected.",
          standIns);
    }
    long fallbacks = route.ended(RouteTraffic.SECONDS, Disposition.FALLBACK);
    boolean present = route.ended(NOW, Disposition.FALLBACK) > 0;
    if (isHigh(fallbacks, route, FALLING_BACK)
        || isMost(fallbacks, route)
        || (present
            && isHigh(route.ended(NOW, Disposition.FALLBACK), route.judged(NOW), FALLING_BACK))) {
      add(
          present ? Level.WARNING : Level.INFO,
          AlarmKind.FALLBACK,
          route.name(),
          share(fallbacks, route.judged(RouteTraffic.SECONDS))
              + " got a fallback's answer in the last minute"
              + past(present),
          "Callers get answers, but not from the model that they ask for. See the alarms of the"
              + " first tier's targets. If it is the quota, raise it or add an equal target.",
          fallbacks);
    }
  }

  private void judgeFailures(RouteReading route, @Nullable String last) {
    long now = route.ended(NOW, Disposition.REFUSED, Disposition.BROKEN);
    long minute = route.ended(RouteTraffic.SECONDS, Disposition.REFUSED, Disposition.BROKEN);
    boolean high = isHigh(minute, route, FAILING);
    boolean few = isMost(minute, route);
    Level level;
    if (now > 0 && (high || few)) {
      level = Level.CRITICAL;
    } else if (now > FAILING * route.judged(NOW)) {
      level = Level.WARNING;
    } else if (high) {
      level = Level.INFO;
    } else {
      return;
    }
    add(
        level,
        AlarmKind.FAILING,
        route.name(),
        share(minute, route.judged(RouteTraffic.SECONDS))
            + " failed in the last minute"
            + past(now > 0)
            + (last == null ? "" : " The last one: " + last + "."),
        "Throttled: raise the quota or add a target. Failed: add a fallback. Rejected (400, 403,"
            + " 404): the request or the model access is wrong, and a retry does not help.",
        minute);
  }

  /** Whether they are most of the last minute's calls, and no accident. */
  private static boolean isMost(long part, RouteReading route) {
    return part >= FEW && 2 * part > route.judged(RouteTraffic.SECONDS);
  }

  /** Whether that share of the last minute's calls is high, and of enough calls. */
  private static boolean isHigh(long part, RouteReading route, double limit) {
    return isHigh(part, route.judged(RouteTraffic.SECONDS), limit);
  }

  private static boolean isHigh(long part, long all, double limit) {
    return all >= ENOUGH_CALLS && part > limit * all;
  }

  private static String past(boolean present) {
    return present ? "." : "; none in the last %d s.".formatted(NOW);
  }

  /** The beginning of a sentence: in percent, or as a count where there are few. */
  static String share(long part, long all) {
    return all < ENOUGH_CALLS
        ? "%d of %d calls".formatted(part, all)
        : percent((double) part / all) + " of calls";
  }

  /** Callers whose own timeout is too short, and those that retry beside the gateway. */
  private void judge(RouteReading route, CallerHabits.Seen callers) {
    long all = callers.left() + route.judged(RouteTraffic.SECONDS);
    if (isMuch(callers.left(), LEAVING, all)) {
      add(
          callers.left() >= ENOUGH_LEFT && callers.left() > MOST_LEAVE * all
              ? Level.CRITICAL
              : Level.WARNING,
          AlarmKind.CALLERS_LEAVE,
          route.name(),
          String.format(
              Locale.ROOT,
              "%d callers left in the last minute before they were answered, the last one after"
                  + " %.1f s.",
              callers.left(),
              callers.leftAfter().toMillis() / 1e3),
          ("The route's deadline is %d s: raise the read timeout of its callers above that, or"
                  + " send x-forebay-deadline-ms with a shorter one. See docs/clients.md.")
              .formatted(route.route().deadline().toSeconds()),
          callers.left());
    }
    if (isMuch(callers.repeated(), REPEATING, all)) {
      add(
          Level.WARNING,
          AlarmKind.CALLERS_RETRY,
          route.name(),
          callers.repeated() + " calls of the last minute were retries by their callers.",
          "The gateway has retried already, so these only add load. Switch the retries of the"
              + " clients off: docs/clients.md says how.",
          callers.repeated());
    }
  }

  /** Enough of them and a share that counts, or few that are most of all there are. */
  private static boolean isMuch(long some, double share, long all) {
    return (some >= ENOUGH_LEFT && some > share * all)
        || (some >= FEW_LEFT && some > MOST_LEAVE * all);
  }

  private void judge(FallbackRefusals.Seen refusals) {
    add(
        Level.WARNING,
        AlarmKind.FALLBACK_REFUSES,
        refusals.route(),
        "Fallback %s refused %d calls in the last minute (%s)."
            .formatted(refusals.target(), refusals.refusals(), refusals.reason()),
        "These calls went on to the next target. Either the fallback's model does not take what"
            + " the calls hold, or its account may not use the model: correct the account, or"
            + " configure another fallback.",
        refusals.refusals());
  }

  private void add(
      Level level, AlarmKind kind, String about, String text, String advice, long affected) {
    found.add(new Alarm(level, kind, about, text, advice, affected));
  }

  /** A whole percentage; what is there at all is not shown as nothing. */
  static String percent(double share) {
    return share > 0 && share < 0.01
        ? "Under 1 %"
        : String.format(Locale.ROOT, "%.0f %%", Math.floor(share * 100));
  }
}
