package dev.forebay.it.wire;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.forebay.it.process.RealTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Throttles that come by chance or only once, at a target without a limit. */
final class Throttled {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private Throttled() {}

  /** Two seconds after the start of the load on a cold gateway the target throttles once. */
  static final class Once implements WireCheck {
    private static final int CALLS_PER_SECOND = 20;

    @Override
    public String label() {
      return "one-throttle";
    }

    @Override
    public List<Site.Plan> plans() {
      return List.of(new Site.Plan(label(), "[[one]]", "", DEADLINE));
    }

    @Override
    public List<Row> measure(List<Site> sites) throws Exception {
      Site site = sites.getFirst();
      site.load().rates(CALLS_PER_SECOND);
      RealTime.pass(Duration.ofSeconds(2));
      site.faults("[{ 'count': 1, 'throttle': {} }]");
      long from = site.load().nanos();
      RealTime.pass(Duration.ofMinutes(2));
      site.load().rates(0);
      RealTime.pass(DEADLINE.plusSeconds(1));
      List<Row> rows = new ArrayList<>();
      for (int seconds : List.of(45, 120)) {
        double answered =
            WireCheck.answered(site.load().began(from, from + SECONDS.toNanos(seconds)));
        rows.add(
            Row.atLeast(
                "one throttle, 20 calls/s: answered of the next " + seconds + " s",
                answered,
                1 - WireCheck.SLACK));
      }
      return rows;
    }
  }

  /** The target throttles a part of the attempts at random. */
  record AtRandom(double part) implements WireCheck {
    private static final int CALLS_PER_SECOND = 40;

    @Override
    public String label() {
      return "random-throttles-" + Math.round(part * 100);
    }

    @Override
    public List<Site.Plan> plans() {
      return List.of(new Site.Plan(label(), "[[one]]", "", DEADLINE));
    }

    @Override
    public List<Row> measure(List<Site> sites) throws Exception {
      Site site = sites.getFirst();
      site.faults("[{ 'probability': %s, 'throttle': {} }]".formatted(part));
      long from = site.load().nanos();
      site.load().rates(CALLS_PER_SECOND);
      RealTime.pass(Duration.ofMinutes(2));
      site.load().rates(0);
      RealTime.pass(DEADLINE.plusSeconds(1));
      int attempts = WireCheck.throttledAttempts((double) DEADLINE.toSeconds());
      return List.of(
          Row.atLeast(
              "429s at random, %.0f %%, 40 calls/s: answered".formatted(part * 100),
              WireCheck.answered(site.load().began(from, site.load().nanos())),
              WireCheck.independent(part, attempts)));
    }
  }
}
