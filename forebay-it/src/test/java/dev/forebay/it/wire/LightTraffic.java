package dev.forebay.it.wire;

import dev.forebay.it.fleet.Load;
import dev.forebay.it.process.RealTime;
import java.time.Duration;
import java.util.List;

/** One call every twenty seconds, whose first tier throttles each attempt. */
final class LightTraffic implements WireCheck {
  private static final double CALLS_PER_SECOND = 1 / 20.0;

  @Override
  public String label() {
    return "light-traffic";
  }

  @Override
  public List<Site.Plan> plans() {
    return List.of(new Site.Plan(label(), "[[one], [two]]", "", Duration.ofSeconds(30)));
  }

  @Override
  public List<Row> measure(List<Site> sites) throws Exception {
    Site site = sites.getFirst();
    site.warmUp();
    site.faults("[{ 'model': '%s', 'throttle': {} }]".formatted(Site.ONE));
    long from = site.load().nanos();
    site.load().rates(CALLS_PER_SECOND);
    RealTime.pass(Duration.ofSeconds(130));
    site.load().rates(0);
    RealTime.pass(Duration.ofSeconds(10));
    List<Load.Ended> calls = site.load().began(from, site.load().nanos());
    List<Double> seconds = calls.stream().map(call -> call.took().toMillis() / 1_000.0).toList();
    System.out.println("light traffic, each call's answer after s: " + seconds);
    double longest = seconds.stream().mapToDouble(each -> each).max().orElse(99);
    String what = "a call every 20 s, first tier throttled: ";
    return List.of(
        Row.atLeast(what + "answered", WireCheck.answered(calls), 1),
        Row.atMost(what + "longest, s", longest, 1.5));
  }
}
