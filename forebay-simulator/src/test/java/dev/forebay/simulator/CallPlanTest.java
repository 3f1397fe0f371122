package dev.forebay.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallPlanTest {
  private static final long MINUTE = 60_000_000_000L;

  @Test
  void callsComeAsOftenAsTheCurveSays() {
    Scenario scenario =
        Stories.parse(
            Stories.plain(0, 1000, "")
                .replace(
                    "arrivals: 0.0",
                    "arrivals: { curve: linear, points: [ { at: 1m, perSecond: 10 },"
                        + " { at: 2m, perSecond: 100 }, { at: 3m, perSecond: 100 } ] }"));

    List<PlannedCall> plan = CallPlan.of(scenario, 7);

    assertThat(between(plan, 0, 1)).isCloseTo(600, within(75L));
    assertThat(between(plan, 1, 2)).isCloseTo(3300, within(180L));
    assertThat(between(plan, 2, 5)).isCloseTo(18_000, within(400L));
    assertThat(plan).isSortedAccordingTo((a, b) -> Long.compare(a.atNanos(), b.atNanos()));
  }

  @Test
  void theSameSeedDrawsTheSameCallsAndAnotherOneOthers() {
    Scenario scenario = ScenarioFile.load("monday");

    assertThat(CallPlan.of(scenario, 3)).isEqualTo(CallPlan.of(scenario, 3));
    assertThat(CallPlan.of(scenario, 3)).isNotEqualTo(CallPlan.of(scenario, 4));
  }

  @Test
  void kindsShareTheArrivalsByWeightUnlessTheyHaveTheirOwn() {
    Scenario scenario = ScenarioFile.load("noisy-neighbour");

    List<PlannedCall> plan = CallPlan.of(scenario, 1);
    double chat = plan.stream().filter(call -> call.kind() == 0).count();
    double assistant = plan.stream().filter(call -> call.kind() == 1).count();
    long flood = plan.stream().filter(call -> call.kind() == 2).count();

    assertThat(chat / (chat + assistant)).isCloseTo(0.6, within(0.03));
    assertThat(flood).isCloseTo(20 * 360 + 8 * 30, within(350L));
  }

  @Test
  void anAnswerIsNeverLongerThanTheCallerAllows() {
    assertThat(CallPlan.of(ScenarioFile.load("monday"), 1))
        .allMatch(call -> call.outputTokens() <= call.maxTokens() && call.outputTokens() >= 1);
  }

  private static long between(List<PlannedCall> plan, int fromMinute, int untilMinute) {
    return plan.stream()
        .filter(c -> c.atNanos() >= fromMinute * MINUTE && c.atNanos() < untilMinute * MINUTE)
        .count();
  }
}
