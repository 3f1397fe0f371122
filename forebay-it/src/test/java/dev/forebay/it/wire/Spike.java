package dev.forebay.it.wire;

import dev.forebay.emulator.Counts;
import dev.forebay.it.fleet.Load;
import dev.forebay.it.process.RealTime;
import java.time.Duration;
import java.util.List;

/**
 * Twelve seconds of calls after none, more than the target's minute allows, of which the gateway
 * knows nothing.
 *
 * @param window how the emulator counts a minute
 */
record Spike(String window) implements WireCheck {
  private static final int CALLS_PER_SECOND = 40;
  private static final double SECONDS = 12;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** A minute's, in calls. */
  private static final int QUOTA = 300;

  @Override
  public String label() {
    return "spike-" + window;
  }

  @Override
  public List<Site.Plan> plans() {
    int tokens = QUOTA * (Load.INPUT_TOKENS + Load.OUTPUT_TOKENS);
    String quota = "{ tokensPerMinute: %d, window: %s }".formatted(tokens, window);
    return List.of(new Site.Plan(label(), "[[one]]", quota, DEADLINE));
  }

  @Override
  public List<Row> measure(List<Site> sites) throws Exception {
    Site site = sites.getFirst();
    site.warmUp();
    site.reset();
    long from = site.load().nanos();
    site.load().rates(CALLS_PER_SECOND);
    RealTime.pass(Duration.ofMillis(Math.round(SECONDS * 1_000)));
    site.load().rates(0);
    RealTime.pass(DEADLINE.plusSeconds(1));
    List<Load.Ended> calls = site.load().began(from, site.load().nanos());
    Counts counts = site.counts();
    long answered = calls.stream().filter(Load.Ended::isAnswered).count();
    String what = "12 s from idle, quota unknown, %s minute: ".formatted(window);
    return List.of(
        Row.atLeast(what + "answered of what it admits", answered / most(calls.size()), 0.93),
        Row.atMost(what + "attempts per answer", (double) counts.arrived() / answered, 1.2));
  }

  /** Calls that the minute admits until the last caller's answer would come too late. */
  private double most(int calls) {
    double until = SECONDS + DEADLINE.toSeconds() - Site.ANSWER.toMillis() / 1_000.0;
    double refilled = window.equals("bucket") ? QUOTA * until / 60 : 0;
    return Math.min(calls, QUOTA + Math.floor(refilled));
  }
}
