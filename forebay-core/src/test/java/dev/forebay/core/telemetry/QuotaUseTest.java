package dev.forebay.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QuotaUseTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Route ROUTE =
      new Route(
          "route",
          List.of(
              new Tier(
                  List.of(
                      new Target(
                          "sonnet", Timeouts.DEFAULTS, new TargetQuota.Joint(100, 10_000, 5))))),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          RetryPolicy.DEFAULTS,
          BreakerPolicy.DEFAULTS,
          HedgePolicy.OFF);

  private final QuotaUse use = new QuotaUse();

  @Test
  void anAnswerCostsInputAndWritesAndItsOutputTimesTheBurndown() {
    call(use, new TokenUsage(1_000, 200, 5_000, 500), SECOND);

    assertThat(use.shares(2 * SECOND)).containsEntry("sonnet", 2_500 / 10_000.0);
  }

  @Test
  void requestsCountWhereTheyAreTheFullerQuota() {
    for (int i = 0; i < 3; i++) {
      call(use, new TokenUsage(10, 1, 0, 0), SECOND);
    }

    assertThat(use.shares(2 * SECOND)).containsEntry("sonnet", 0.03);
  }

  @Test
  void aMinuteLaterNothingIsInUse() {
    call(use, new TokenUsage(1_000, 200, 0, 0), SECOND);

    assertThat(use.shares(60 * SECOND)).containsEntry("sonnet", 0.2);
    assertThat(use.shares(62 * SECOND)).containsEntry("sonnet", 0.0);
  }

  private static Step call(JourneyListener listener, TokenUsage used, long nowNanos) {
    Call call = new Call(false, 10, 10, Call.ROUTE_DEADLINE);
    Journey journey =
        new Journeys().begin(ROUTE, call, nowNanos, new SplittableRandom(1), listener);
    Step.Attempt attempt = (Step.Attempt) journey.start(nowNanos, () -> {});
    return journey.attemptEnded(attempt, new Outcome.Succeeded(used), nowNanos);
  }
}
