package dev.forebay.it.wire;

import dev.forebay.it.fleet.Load;
import dev.forebay.it.process.RealTime;
import java.time.Duration;
import java.util.List;

/**
 * A gateway that is restarted in the middle of throttling, beside one that goes on. Both get twice
 * the calls that their targets' quotas allow, of which they know nothing.
 *
 * @param window how the emulators count a minute
 */
record Restart(String window) implements WireCheck {
  private static final int CALLS_PER_SECOND = 30;
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** A minute's, in calls. */
  private static final int QUOTA = 900;

  private static final int MINUTE = 60;

  @Override
  public String label() {
    return "restart-" + window;
  }

  @Override
  public List<Site.Plan> plans() {
    int tokens = QUOTA * (Load.INPUT_TOKENS + Load.OUTPUT_TOKENS);
    String quota = "{ tokensPerMinute: %d, window: %s }".formatted(tokens, window);
    return List.of(
        new Site.Plan(label() + "-warm", "[[one]]", quota, DEADLINE),
        new Site.Plan(label() + "-restarted", "[[one]]", quota, DEADLINE));
  }

  @Override
  public List<Row> measure(List<Site> sites) throws Exception {
    Site warm = sites.getFirst();
    Site restarted = sites.getLast();
    for (Site site : sites) {
      site.reset();
      site.load().rates(CALLS_PER_SECOND);
    }
    RealTime.pass(Duration.ofSeconds(80));
    restarted.gateway().terminate();
    restarted.gateway().launch();
    restarted.gateway().awaitReady();
    long warmBefore = warm.counts().throttledByQuota();
    long restartedBefore = restarted.counts().throttledByQuota();
    RealTime.pass(Duration.ofSeconds(MINUTE));
    long warmThrottles = warm.counts().throttledByQuota() - warmBefore;
    long throttles = restarted.counts().throttledByQuota() - restartedBefore;
    return List.of(
        Row.atMost(
            "restarted while throttled, %s minute: 429s in a minute".formatted(window),
            (double) throttles,
            (double) (warmThrottles + MINUTE)));
  }
}
