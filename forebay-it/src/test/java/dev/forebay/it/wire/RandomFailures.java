package dev.forebay.it.wire;

import dev.forebay.it.process.RealTime;
import java.time.Duration;
import java.util.List;

/**
 * A single target without a fallback that fails at random.
 *
 * @param part the part of its attempts that fail
 * @param status 503 or 500
 */
record RandomFailures(double part, int status) implements WireCheck {
  private static final int CALLS_PER_SECOND = 20;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  @Override
  public String label() {
    return "random-%d-%d".formatted(status, Math.round(part * 100));
  }

  @Override
  public List<Site.Plan> plans() {
    return List.of(new Site.Plan(label(), "[[one]]", "", DEADLINE));
  }

  @Override
  public List<Row> measure(List<Site> sites) throws Exception {
    Site site = sites.getFirst();
    site.warmUp();
    String effect =
        status == 503 ? "'unavailable': {}" : "'error': { 'exception': 'InternalServerException' }";
    site.faults("[{ 'probability': %s, %s }]".formatted(part, effect));
    long from = site.load().nanos();
    site.load().rates(CALLS_PER_SECOND);
    RealTime.pass(Duration.ofMinutes(1));
    site.load().rates(0);
    RealTime.pass(DEADLINE.plusSeconds(1));
    // Backoff after failures is short: five attempts fit into the deadline.
    return List.of(
        Row.atLeast(
            "%ds at random, %.0f %%, 20 calls/s: answered".formatted(status, part * 100),
            WireCheck.answered(site.load().began(from, site.load().nanos())),
            WireCheck.independent(part, ATTEMPTS)));
  }
}
