package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.admission.TargetLoad;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyTrail;
import dev.forebay.core.health.RetryBudget;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ten thousand journeys over random routes with random outcomes, interleaved, and what must hold of
 * every one of them.
 */
class JourneyPropertiesTest {
  private static final int WORLDS = 20;
  private static final int JOURNEYS_PER_WORLD = 500;

  private record Driven(
      JourneyRun run,
      JourneyTrail trail,
      long startedAt,
      long endBy,
      Journey journey,
      Route route,
      Call call) {}

  static IntStream seeds() {
    return IntStream.range(0, WORLDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyJourneyKeepsTheInvariants(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    VirtualTime time = new VirtualTime();
    Journeys journeys = new Journeys();
    Map<String, ScriptedTarget> scripts = new HashMap<>();
    Route route = RandomJourneys.route(random, scripts);
    Set<String> others = RandomJourneys.others(random, scripts.keySet());
    VirtualDriver driver = new VirtualDriver(time, scripts);
    List<Driven> all = new ArrayList<>();

    for (int i = 0; i < JOURNEYS_PER_WORLD; i++) {
      Call call =
          RandomJourneys.call(random, RandomJourneys.eligibility(random, others, scripts.keySet()));
      time.after(
          Duration.ofMillis(random.nextInt(300_000)),
          () -> {
            JourneyTrail trail = new JourneyTrail();
            var journey = journeys.begin(route, call, time.nanos(), random, trail);
            long startedAt = time.nanos();
            long endBy = journey.endByNanos();
            JourneyRun run =
                random.nextInt(10) == 0
                    ? driver.driveUntilCallerLeaves(
                        journey, Duration.ofMillis(random.nextInt(30_000)))
                    : driver.drive(journey);
            all.add(new Driven(run, trail, startedAt, endBy, journey, route, call));
          });
    }
    time.runUntilIdle();

    assertThat(all).hasSize(JOURNEYS_PER_WORLD).allSatisfy(JourneyPropertiesTest::keepsInvariants);
    assertThat(scripts.values()).allSatisfy(target -> assertThat(target.open()).isZero());
    for (Tier tier : route.tiers()) {
      for (Target target : tier.targets()) {
        RetryBudget budget = journeys.targets().state(target, time.nanos()).retryBudget();
        assertThat(budget.retriesInFlight()).isZero();
        assertThat(budget.waiting()).isZero();
        TargetLoad load = journeys.targets().state(target, time.nanos()).load(time.nanos());
        assertThat(load.underWay()).as("every reservation is settled once").isZero();
        assertThat(load.waitingTokens() + load.waitingBytes()).isZero();
        assertThat(load.interactive() + load.standard() + load.batch()).isZero();
      }
    }
  }

  private static void keepsInvariants(Driven driven) {
    JourneyRun run = driven.run;
    List<JourneyEvent> events = driven.trail.events();
    RetryPolicy policy = driven.route.retry();

    assertThat(run.end() != null).as("ends once: %s", driven.trail).isNotEqualTo(run.callerLeft());
    assertThat(driven.endBy - driven.startedAt)
        .isLessThanOrEqualTo(driven.route.deadline().toNanos());
    if (run.endedAtNanos() > driven.endBy) {
      endsByTheLimitsOfItsLastAttempt(driven);
    }
    assertThat(run.attempts()).hasSizeLessThanOrEqualTo(policy.maxAttemptsPerCall());
    assertThat(mostAttemptsInOneTier(driven)).isLessThanOrEqualTo(policy.maxAttempts());
    assertThat(run.attemptsWithContent()).as("content of one attempt").isLessThanOrEqualTo(1);
    assertThat(attemptsAfterTheLastWord(driven)).as("%s", driven.trail).isZero();
    assertThat(events.stream().filter(JourneyEvent.AttemptStarted.class::isInstance).count())
        .as("each attempt is closed once")
        .isEqualTo(events.stream().filter(JourneyEvent.AttemptEnded.class::isInstance).count());
    if (run.end() instanceof Step.Answer answer) {
      boolean unwanted =
          ended(driven).stream()
              .anyMatch(
                  one ->
                      one.outcome() instanceof Outcome.Unwanted
                          && one.attempt().target().equals(answer.target()));
      assertThat(unwanted || lastOutcome(events) instanceof Outcome.Succeeded)
          .as("%s", driven.trail)
          .isTrue();
    }
    assertThat(run.attempts())
        .as("each target gets its own limits")
        .allSatisfy(
            attempt ->
                assertThat(attempt.idleNanos())
                    .isEqualTo(attempt.target().timeouts().idle().toNanos()));
    if (run.end() instanceof Step.Interrupt) {
      assertThat(run.attemptsWithContent()).isEqualTo(1);
    }
    Eligibility eligibility = driven.call.eligibility();
    assertThat(run.attempts())
        .as("only targets that can serve the call are asked")
        .allSatisfy(attempt -> assertThat(eligibility.objection(attempt.target())).isNull());
    if (run.end() instanceof Step.Answer answer) {
      assertThat(answer.source())
          .isEqualTo(
              driven.route.tiers().getFirst().targets().contains(answer.target())
                  ? Step.Source.PRIMARY
                  : Step.Source.FALLBACK);
    }
    if (noTargetCan(driven) && run.end() instanceof Step.Refuse refusal) {
      assertThat(refusal.error().type()).isEqualTo("ValidationException");
    }
    assertThat(targetsThatRefused(driven))
        .as("no target is asked again that refused: %s", driven.trail)
        .doesNotHaveDuplicates();
    if (run.end() instanceof Step.Refuse refusal) {
      endsWithNoForeignRefusal(driven, refusal);
    }
  }

  /** The call never ends with another model's refusal while the asked model's failure may pass. */
  private static void endsWithNoForeignRefusal(Driven driven, Step.Refuse refusal) {
    Eligibility eligibility = driven.call.eligibility();
    List<JourneyEvent.AttemptEnded> ended = ended(driven);
    assertThat(ended)
        .allSatisfy(
            one -> {
              if (one.outcome() instanceof Outcome.Failure failure
                  && failure.isRefusal()
                  && eligibility.servesAnother(one.attempt().target())) {
                assertThat(refusal.error())
                    .as("another model's refusal is not the end: %s", driven.trail)
                    .isNotSameAs(failure.error());
              }
            });
    boolean isFinal =
        ended.stream()
            .anyMatch(
                one ->
                    one.outcome() instanceof Outcome.Rejected rejected
                        && rejected.about() == About.CALL
                        && !eligibility.servesAnother(one.attempt().target()));
    boolean mayPass =
        ended.stream()
            .anyMatch(
                one ->
                    (one.outcome() instanceof Outcome.Throttled
                            || one.outcome() instanceof Outcome.Unavailable)
                        && !eligibility.servesAnother(one.attempt().target()));
    if (mayPass && !isFinal) {
      assertThat(refusal.error().status())
          .as("the asked model's failure: %s", driven.trail)
          .isIn(429, 503);
      assertThat(refusal.retryAfter()).isPositive();
    }
  }

  private static List<String> targetsThatRefused(Driven driven) {
    return ended(driven).stream()
        .filter(
            one ->
                (one.outcome() instanceof Outcome.Rejected rejected
                        && rejected.about() == About.TARGET)
                    || one.outcome() instanceof Outcome.Unwanted
                    || (one.outcome().isRefusal()
                        && driven.call.eligibility().servesAnother(one.attempt().target())))
        .map(one -> one.attempt().target().name())
        .toList();
  }

  private static List<JourneyEvent.AttemptEnded> ended(Driven driven) {
    return driven.trail.events().stream()
        .filter(JourneyEvent.AttemptEnded.class::isInstance)
        .map(JourneyEvent.AttemptEnded.class::cast)
        .toList();
  }

  /** After the deadline a target must have begun to answer by it, or a whole answer be planned. */
  private static void endsByTheLimitsOfItsLastAttempt(Driven driven) {
    JourneyRun run = driven.run;
    Step.Attempt last = run.attempts().getLast();
    long planned = driven.call.streaming() ? 0 : driven.call.maxOutputTokens();
    boolean began = run.attemptsWithContent() > 0 || run.lifeShown() || planned > 1_000;
    assertThat(began).as("%s", driven.trail).isTrue();
    assertThat(last.begunAtNanos()).isLessThanOrEqualTo(driven.journey.endByNanos());
    assertThat(last.firstFrameByNanos() - driven.endBy > 0 && planned <= 1_000)
        .as("%s", driven.trail)
        .isFalse();
    assertThat(run.endedAtNanos()).as("%s", driven.trail).isLessThanOrEqualTo(last.lastNanos());
    if (run.attemptsWithContent() == 0 && !run.lifeShown()) {
      // A wait for a later tier's capacity may follow it, within the time that was kept for that.
      assertThat(run.endedAtNanos())
          .as("%s", driven.trail)
          .isLessThanOrEqualTo(Math.max(last.firstFrameByNanos(), driven.journey.endByNanos()));
      assertThat(driven.call.patience().compareTo(driven.route.deadline())).isPositive();
    }
  }

  private static boolean noTargetCan(Driven driven) {
    return driven.route.tiers().stream()
        .flatMap(tier -> tier.targets().stream())
        .allMatch(target -> driven.call.eligibility().objection(target) != null);
  }

  private static Outcome lastOutcome(List<JourneyEvent> events) {
    return events.stream()
        .filter(JourneyEvent.AttemptEnded.class::isInstance)
        .map(event -> ((JourneyEvent.AttemptEnded) event).outcome())
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  /** Without those whose target turned out not to serve the call. */
  private static int mostAttemptsInOneTier(Driven driven) {
    int most = 0;
    int inThisTier = 0;
    for (JourneyEvent event : driven.trail.events()) {
      if (event instanceof JourneyEvent.Switched) {
        inThisTier = 0;
      } else if (event instanceof JourneyEvent.AttemptStarted) {
        most = Math.max(most, ++inThisTier);
      } else if (event instanceof JourneyEvent.AttemptEnded ended && isOut(driven, ended)) {
        inThisTier--;
      }
    }
    return most;
  }

  private static boolean isOut(Driven driven, JourneyEvent.AttemptEnded ended) {
    return switch (ended.outcome()) {
      case Outcome.Throttled throttled -> throttled.quota() == Outcome.Quota.DAY;
      case Outcome.Rejected rejected when rejected.about() == About.TARGET -> true;
      case Outcome.Unwanted unwanted -> true;
      case Outcome other ->
          other.isRefusal() && driven.call.eligibility().servesAnother(ended.attempt().target());
    };
  }

  /**
   * Attempts begun after a rejection of the call itself by the model asked for, or after content
   * had been sent.
   */
  private static long attemptsAfterTheLastWord(Driven driven) {
    return driven.trail.events().stream()
        .dropWhile(
            event ->
                !(event instanceof JourneyEvent.ContentStarted
                    || (event instanceof JourneyEvent.AttemptEnded ended
                        && ended.outcome() instanceof Outcome.Rejected rejected
                        && rejected.about() == About.CALL
                        && !driven.call.eligibility().servesAnother(ended.attempt().target()))))
        .filter(JourneyEvent.AttemptStarted.class::isInstance)
        .count();
  }
}
