package dev.forebay.engine.pipeline;

import static dev.forebay.engine.pipeline.EngineBench.BODY;
import static dev.forebay.engine.pipeline.EngineBench.OTHER_BODY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Tenant;
import dev.forebay.engine.RecordingSink;
import dev.forebay.engine.ScriptedTransport;
import dev.forebay.engine.ScriptedTransport.Script;
import dev.forebay.engine.VirtualLoop;
import dev.forebay.testkit.CallEnd;
import dev.forebay.testkit.StreamFrames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers, claims and keys that two engines share. */
class SharedAnswersTest {
  private static final String ANSWERS = ", cache: { freshFor: 1h, shared: answers }";
  private static final String CALLS = ", cache: { freshFor: 1h, shared: calls }";
  private static final String KEYS = ", idempotency: { shared: true }";
  private static final String KEY = "idempotency-key";
  private static final CallEnd PRIMARY = new CallEnd.Answer("primary");
  private static final CallEnd CACHED = new CallEnd.Answer("cached");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final List<String> HURRY = List.of("x-forebay-deadline-ms", "1500");
  private static final Script HANGS = peer -> {};
  private static final Script REFUSES =
      ScriptedTransport.replies(
          400,
          "{\"message\":\"no\"}",
          "content-type",
          "application/json",
          "x-amzn-errortype",
          "ValidationException");

  private final VirtualLoop loop = new VirtualLoop();
  private final VirtualAnswers shared = new VirtualAnswers(loop);
  private EngineBench here = bench(ANSWERS);
  private EngineBench there = bench(ANSWERS);

  private EngineBench bench(String more) {
    return new EngineBench(more, loop, shared).target(EngineBench.answers(SECOND));
  }

  private void both(String more) {
    here = bench(more);
    there = bench(more);
  }

  private int requests() {
    return here.requests().size() + there.requests().size();
  }

  @AfterEach
  void nothingIsHeld() {
    loop.run(Duration.ofMinutes(1));
    assertThat(here.underWay() + there.underWay()).isZero();
    assertThat(here.held() + there.held()).isZero();
    assertThat(shared.open()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"converse, 1h", "converse-stream, 1h", "converse, 1s"})
  void anAnswerOfOneServesInTheOther(String operation, String localFreshFor) {
    there = bench(", cache: { freshFor: " + localFreshFor + ", shared: answers }");
    RecordingSink first = here.call(operation, BODY);
    loop.run(Duration.ofSeconds(6));
    RecordingSink second = there.call(operation, BODY);
    loop.run(Duration.ofSeconds(2));

    assertThat(first.end()).isEqualTo(PRIMARY);
    if (localFreshFor.equals("1s")) {
      assertThat(second.end()).as("too old for that one").isEqualTo(PRIMARY);
      return;
    }
    assertThat(second.end()).isEqualTo(CACHED);
    assertThat(second.headers().get("age")).isEqualTo("5");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(requests()).isEqualTo(1);

    RecordingSink third = there.call(operation, BODY);
    assertThat(third.end()).as("at once, from its own memory").isEqualTo(CACHED);
    assertThat(shared.searches()).isEqualTo(2);
  }

  @Test
  void tenantsAreApart() {
    here.call("converse", BODY);
    loop.run(SECOND.multipliedBy(2));
    RecordingSink other = there.callBy(new Tenant("other", 1), "converse", BODY);
    loop.run(SECOND.multipliedBy(2));

    assertThat(other.end()).isEqualTo(PRIMARY);
    assertThat(requests()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", cache: { freshFor: 1h }"})
  void aRouteThatHasNotOptedInDoesNotAskTheStore(String more) {
    both(more);
    here.call("converse", BODY, KEY, "k");
    loop.run(SECOND.multipliedBy(2));

    assertThat(shared.searches()).isZero();
    assertThat(shared.kept()).isZero();
  }

  @Test
  void directivesOfTheCallerHoldThereToo() {
    here.call("converse", BODY, "cache-control", "no-store");
    loop.run(SECOND.multipliedBy(2));
    assertThat(shared.kept()).isZero();
    here.call("converse", BODY);
    loop.run(SECOND.multipliedBy(2));
    int before = shared.searches();
    RecordingSink anew = there.call("converse", BODY, "cache-control", "no-cache");
    loop.run(SECOND.multipliedBy(2));

    assertThat(anew.end()).isEqualTo(PRIMARY);
    assertThat(shared.searches()).isEqualTo(before);
    assertThat(requests()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"converse", "converse-stream"})
  void equalCallsAtOneTimeAreMadeOnceByAll(String operation) {
    both(CALLS);
    RecordingSink first = here.call(operation, BODY);
    loop.run(SECOND.dividedBy(2));
    RecordingSink second = there.call(operation, BODY);
    RecordingSink third = there.call(operation, BODY);
    loop.run(SECOND);

    assertThat(first.end()).isEqualTo(PRIMARY);
    assertThat(Stream.of(second, third))
        .allSatisfy(each -> assertThat(each.end()).isEqualTo(CACHED))
        .allSatisfy(each -> assertThat(each.text()).isEqualTo(StreamFrames.TEXT));
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void withAnswersAloneEachMakesItsOwnCallMeanwhile() {
    here.call("converse", BODY);
    RecordingSink second = there.call("converse", BODY);
    loop.run(SECOND.multipliedBy(2));

    assertThat(second.end()).isEqualTo(PRIMARY);
    assertThat(requests()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whenTheOneWhoMakesTheCallFailsAnotherMakesIt(boolean byKey) {
    both(byKey ? KEYS : CALLS);
    here.target(peer -> peer.after(SECOND, REFUSES));
    RecordingSink first = here.call("converse", BODY, KEY, "k");
    loop.run(SECOND.dividedBy(2));
    RecordingSink second = there.call("converse", BODY, KEY, "k");
    loop.run(SECOND.multipliedBy(3));

    assertThat(first.reply().status()).isEqualTo(400);
    assertThat(second.end()).isEqualTo(PRIMARY);
    assertThat(requests()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whenTheOneWhoMakesTheCallDiesAnotherMakesIt(boolean byKey) {
    both(byKey ? KEYS : CALLS);
    here.target(HANGS);
    here.call("converse", BODY, KEY, "k");
    loop.run(SECOND.dividedBy(2));
    RecordingSink second = there.call("converse", BODY, KEY, "k");
    loop.run(SECOND);
    shared.claimsEnd();
    loop.run(SECOND.multipliedBy(2));

    assertThat(second.end()).isEqualTo(PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoWaitsForAnotherKeepsItsDeadline(boolean byKey) {
    both(byKey ? KEYS : CALLS);
    String[] key = byKey ? new String[] {KEY, "k"} : new String[0];
    String[] hurry = Stream.concat(Stream.of(key), HURRY.stream()).toArray(String[]::new);
    here.target(HANGS);
    here.call("converse", BODY, key);
    loop.run(SECOND.dividedBy(2));
    RecordingSink hurried = there.call("converse", BODY, hurry);
    RecordingSink leaver = there.call("converse", BODY, key);
    loop.run(SECOND.multipliedBy(2));
    assertThat(hurried.reply().status()).isEqualTo(408);
    assertThat(there.requests()).isEmpty();
    leaver.leave();
    loop.run(SECOND);

    assertThat(there.underWay()).isZero();
    assertThat(shared.open()).as("the claim of the other one").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {ANSWERS, CALLS, KEYS})
  void aStoreThatDoesNotAnswerDelaysCallsByItsBoundAndNothingElse(String more) {
    both(more);
    here.target(EngineBench.answers(Duration.ZERO));
    shared.down(true);
    RecordingSink first = here.call("converse", BODY, KEY, "k");
    loop.run(Duration.ofMillis(51));
    assertThat(first.end()).isEqualTo(PRIMARY);
    RecordingSink again = here.call("converse", BODY, KEY, "k");
    assertThat(again.end()).isEqualTo(CACHED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0001", "nonsense that is longer than a head of twelve bytes"})
  void whatCannotBeReadIsAbsent(String spoilt) {
    here.call("converse", BODY);
    loop.run(SECOND.multipliedBy(2));
    shared.spoil(spoilt.getBytes(StandardCharsets.ISO_8859_1));
    RecordingSink second = there.call("converse", BODY);
    loop.run(SECOND.multipliedBy(2));

    assertThat(second.end()).isEqualTo(PRIMARY);
    assertThat(there.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"converse", "converse-stream"})
  void aKeyCountsInAll(String operation) {
    both(KEYS);
    RecordingSink first = here.call(operation, BODY, KEY, "k");
    loop.run(SECOND.dividedBy(2));
    RecordingSink waits = there.call(operation, BODY, KEY, "k");
    loop.run(SECOND);
    RecordingSink later = there.call(operation, EngineBench.SAME_BODY, KEY, "k");
    loop.run(SECOND);

    assertThat(first.end()).isEqualTo(PRIMARY);
    assertThat(Stream.of(waits, later))
        .allSatisfy(each -> assertThat(each.end()).isEqualTo(CACHED))
        .allSatisfy(each -> assertThat(each.body()).isEqualTo(first.body()));
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void aKeyOfAnotherRequestIsRefusedInAll() {
    both(KEYS);
    here.call("converse", BODY, KEY, "k");
    loop.run(SECOND.dividedBy(2));
    RecordingSink meanwhile = there.call("converse", OTHER_BODY, KEY, "k");
    RecordingSink inAnotherForm = there.call("converse-stream", BODY, KEY, "k");
    loop.run(SECOND);
    RecordingSink later = there.call("converse", OTHER_BODY, KEY, "k");
    RecordingSink ofAnother =
        there.callBy(new Tenant("other", 1), "converse", OTHER_BODY, KEY, "k");
    loop.run(SECOND.multipliedBy(2));

    CallEnd conflict = new CallEnd.Refusal(409, "ConflictException");
    assertThat(Stream.of(meanwhile, inAnotherForm, later))
        .allSatisfy(each -> assertThat(each.end()).isEqualTo(conflict));
    assertThat(ofAnother.end()).isEqualTo(PRIMARY);
  }

  @Test
  void aKeyWhoseAnswerIsNotToBeStoredIsFreeAfterIt() {
    both(KEYS);
    here.call("converse", BODY, KEY, "k", "cache-control", "no-store");
    loop.run(SECOND.multipliedBy(2));
    RecordingSink again = there.call("converse", BODY, KEY, "k");
    loop.run(SECOND.multipliedBy(2));

    assertThat(again.end()).isEqualTo(PRIMARY);
  }

  @Test
  void nearItsEndAnAnswerIsTakenFromWhoHasRenewedIt() {
    String tenSeconds = ", cache: { freshFor: 10s, shared: answers }";
    both(tenSeconds);
    here.call("converse", BODY);
    loop.run(SECOND.multipliedBy(2));
    there.call("converse", BODY);
    loop.run(SECOND);
    assertThat(requests()).isEqualTo(1);
    int calls = 0;
    while (requests() < 2) {
      here.call("converse", BODY);
      loop.run(Duration.ofMillis(100));
      calls++;
    }
    loop.run(SECOND.multipliedBy(2));
    assertThat(calls).isBetween(20, 90);
    for (int i = 0; i < 60; i++) {
      there.call("converse", BODY);
      loop.run(Duration.ofMillis(100));
    }
    assertThat(requests()).as("the other one found it").isEqualTo(2);
  }
}
