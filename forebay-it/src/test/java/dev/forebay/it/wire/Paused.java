package dev.forebay.it.wire;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.forebay.it.fleet.Load;
import dev.forebay.it.process.RealTime;
import dev.forebay.it.process.Signals;
import java.time.Duration;
import java.util.List;

/**
 * A gateway that is stopped (SIGSTOP) under load and continued.
 *
 * @param seconds how long it is stopped
 */
record Paused(int seconds) implements WireCheck {
  private static final String BLAMED =
      "forebay_attempts_total\\{[^}]*outcome=\"(?:timed_out|unavailable|failed|interrupted)\"[^}]*}";
  private static final String OPENED = "forebay_breaker_changes_total\\{[^}]*state=\"open\"[^}]*}";

  private static final int CALLS_PER_SECOND = 20;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Before callers see it as it was: answers take a quarter of a second. */
  private static final Duration PROMPT = Duration.ofSeconds(1);

  @Override
  public String label() {
    return "paused-" + seconds;
  }

  @Override
  public List<Site.Plan> plans() {
    return List.of(new Site.Plan(label(), "[[one]]", "", DEADLINE));
  }

  @Override
  public List<Row> measure(List<Site> sites) throws Exception {
    Site site = sites.getFirst();
    site.load().rates(CALLS_PER_SECOND);
    RealTime.pass(Duration.ofSeconds(15));
    double blamed = site.metric(BLAMED);
    double opened = site.metric(OPENED);
    long from = site.load().nanos() - DEADLINE.toNanos();
    Signals.send(site.gateway().pid(), "-STOP");
    RealTime.pass(Duration.ofSeconds(seconds));
    Signals.send(site.gateway().pid(), "-CONT");
    long continued = site.load().nanos();
    RealTime.pass(Duration.ofSeconds(20));
    site.load().rates(0);
    RealTime.pass(DEADLINE.plusSeconds(1));
    List<Load.Ended> after = site.load().began(continued, site.load().nanos());
    String what = "stopped for %d s, 20 calls/s: ".formatted(seconds);
    return List.of(
        Row.atLeast(
            what + "answered of what was under way",
            WireCheck.answered(site.load().began(from, continued)),
            1 - WireCheck.SLACK),
        Row.atLeast(what + "answered afterwards", WireCheck.answered(after), 1 - WireCheck.SLACK),
        Row.atMost(what + "recovered after, s", recovery(after, continued), 10),
        Row.atMost(what + "attempts that blame the target", site.metric(BLAMED) - blamed, 0),
        Row.atMost(what + "circuits opened", site.metric(OPENED) - opened, 0));
  }

  /** Until all calls are answered as promptly as before. */
  private static double recovery(List<Load.Ended> calls, long continued) {
    long last =
        calls.stream()
            .filter(call -> !call.isAnswered() || call.took().compareTo(PROMPT) > 0)
            .mapToLong(Load.Ended::beganNanos)
            .max()
            .orElse(continued);
    return (double) (last - continued) / SECONDS.toNanos(1);
  }
}
