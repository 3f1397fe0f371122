package dev.forebay.engine.pipeline;

import static dev.forebay.engine.pipeline.EngineBench.BODY;
import static dev.forebay.engine.pipeline.EngineBench.OTHER_BODY;
import static dev.forebay.testkit.StreamFrames.DELTA;
import static dev.forebay.testkit.StreamFrames.START;
import static dev.forebay.testkit.StreamFrames.exceptionFrame;
import static dev.forebay.testkit.StreamFrames.joined;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.RecordingSink;
import dev.forebay.engine.ScriptedTransport;
import dev.forebay.engine.ScriptedTransport.Script;
import dev.forebay.testkit.CallEnd;
import dev.forebay.testkit.StreamFrames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One call for all who ask for the same at once, by a route's cache or by an Idempotency-Key. */
class CoalescingTest {
  private static final String CACHE = ", cache: { freshFor: 1h, staleFor: 1h }";
  private static final String KEY = "idempotency-key";
  private static final CallEnd PRIMARY = new CallEnd.Answer("primary");
  private static final CallEnd CACHED = new CallEnd.Answer("cached");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Script HANGS = peer -> {};

  private EngineBench bench = new EngineBench(CACHE);

  @AfterEach
  void nothingIsHeld() {
    bench.run(Duration.ofMinutes(1));
    assertThat(bench.underWay()).isZero();
    assertThat(bench.held()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "converse, false",
    "converse-stream, false",
    "converse, true",
    "converse-stream, true"
  })
  void fiftyEqualCallsAtOnceReachTheModelOnce(String operation, boolean byKey) {
    bench = new EngineBench(byKey ? "" : CACHE).target(EngineBench.answers(SECOND));
    List<RecordingSink> all =
        IntStream.range(0, 50)
            .mapToObj(
                i -> byKey ? bench.call(operation, BODY, KEY, "k") : bench.call(operation, BODY))
            .toList();
    bench.run(SECOND.multipliedBy(2));

    assertThat(bench.requests()).hasSize(1);
    assertThat(bench.over()).isEqualTo(50);
    assertThat(all).allSatisfy(each -> assertThat(each.end()).isEqualTo(PRIMARY));
    assertThat(all).allSatisfy(each -> assertThat(each.text()).isEqualTo(StreamFrames.TEXT));
    assertThat(all).extracting(RecordingSink::ends).containsOnly(1);
  }

  @Test
  void whoComesLateReadsAStreamFromItsBegin() {
    bench.target(
        peer -> {
          peer.stream().piece(joined(START, DELTA));
          peer.after(
              SECOND, then -> then.piece(joined(StreamFrames.BLOCK_STOP, StreamFrames.STOP)).end());
        });
    RecordingSink first = bench.call("converse-stream", BODY);
    bench.run(SECOND.dividedBy(2));
    RecordingSink late = bench.call("converse-stream", BODY);
    bench.run(SECOND);

    assertThat(late.end()).isEqualTo(PRIMARY);
    assertThat(late.body()).isEqualTo(first.body());
    assertThat(bench.requests()).hasSize(1);
  }

  @Test
  void whenTheSharedCallsConnectionDiesOneMoreIsMadeForAll() {
    List<RecordingSink> all =
        IntStream.range(0, 50).mapToObj(i -> bench.call("converse", BODY)).toList();
    bench.target(
        peer -> peer.after(SECOND, then -> then.fails("connection reset")),
        EngineBench.answers(SECOND));
    bench.run(Duration.ofSeconds(5));

    assertThat(all).allSatisfy(each -> assertThat(each.end()).isEqualTo(PRIMARY));
    assertThat(bench.requests()).hasSize(2);
  }

  @Test
  void theCallGoesOnForOthersWhenItsFirstCallerLeaves() {
    bench.target(EngineBench.answers(SECOND));
    RecordingSink first = bench.call("converse", BODY);
    RecordingSink second = bench.call("converse", BODY);
    bench.run(SECOND.dividedBy(2));
    first.leave();
    bench.run(SECOND);

    assertThat(second.end()).isEqualTo(PRIMARY);
    assertThat(first.ends()).isZero();
    assertThat(bench.requests()).hasSize(1);
    assertThat(bench.over()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLastCallerToLeaveEndsTheCallAndTheNextOneIsMadeAnew(boolean byKey) {
    bench = new EngineBench(byKey ? "" : CACHE).target(HANGS, EngineBench.answers(SECOND));
    String[] headers = byKey ? new String[] {KEY, "k"} : new String[0];
    RecordingSink first = bench.call("converse", BODY, headers);
    RecordingSink second = bench.call("converse", BODY, headers);
    bench.run(SECOND);
    first.leave();
    bench.run(SECOND);
    assertThat(bench.requests().getFirst().isCancelled()).isFalse();
    second.leave();
    bench.run(SECOND);

    assertThat(bench.requests().getFirst().isCancelled()).isTrue();
    assertThat(bench.underWay()).isZero();
    RecordingSink next = bench.call("converse", BODY, headers);
    bench.run(SECOND.multipliedBy(2));
    assertThat(next.end()).isEqualTo(PRIMARY);
  }

  @Test
  void aFollowerKeepsItsOwnDeadlineAndOneTakesOverFromALeaderWhoseTimeIsUp() {
    bench.target(HANGS);
    RecordingSink hurried = bench.call("converse", BODY, "x-forebay-deadline-ms", "1500");
    bench.run(Duration.ofMillis(100));
    bench.target(EngineBench.answers(SECOND));
    RecordingSink moreHurried = bench.call("converse", BODY, "x-forebay-deadline-ms", "300");
    RecordingSink patient = bench.call("converse", BODY, "x-forebay-deadline-ms", "15000");
    bench.run(Duration.ofMillis(300));
    assertThat(moreHurried.reply().status()).isEqualTo(408);
    assertThat(hurried.ends()).isZero();
    bench.run(Duration.ofMillis(1_100));
    assertThat(hurried.reply().status()).isEqualTo(408);
    bench.run(SECOND);

    assertThat(patient.end()).isEqualTo(PRIMARY);
    assertThat(bench.requests()).hasSize(2);
  }

  @Test
  void anotherRequestWithTheKeyIsRefusedWhileTheFirstIsUnderWayAndAfterwards() {
    bench = new EngineBench("").target(EngineBench.answers(SECOND));
    RecordingSink first = bench.call("converse", BODY, KEY, "k");
    bench.run(SECOND.dividedBy(2));
    RecordingSink during = bench.call("converse", OTHER_BODY, KEY, "k");
    bench.run(SECOND);
    RecordingSink after = bench.call("converse", OTHER_BODY, KEY, "k");
    RecordingSink otherForm = bench.call("converse-stream", BODY, KEY, "k");
    bench.run(SECOND);

    assertThat(first.end()).isEqualTo(PRIMARY);
    for (RecordingSink refused : List.of(during, after, otherForm)) {
      assertThat(refused.end()).isEqualTo(new CallEnd.Refusal(409, "ConflictException"));
      assertThat(new String(refused.body(), StandardCharsets.UTF_8))
          .contains("The Idempotency-Key was used for a different request");
    }
    assertThat(bench.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterAnErrorOrABrokenStreamTheCallIsMadeAnew(boolean byKey) {
    bench =
        new EngineBench(byKey ? "" : CACHE)
            .target(
                ScriptedTransport.replies(
                    400, "{\"message\":\"no\"}", "x-amzn-errortype", "ValidationException"));
    String[] headers = byKey ? new String[] {KEY, "k"} : new String[0];
    assertThat(bench.answered("converse", BODY, headers).reply().status()).isEqualTo(400);
    bench.target(EngineBench.answers(Duration.ZERO));
    assertThat(bench.answered("converse", BODY, headers).end()).isEqualTo(PRIMARY);
    assertThat(bench.answered("converse", BODY, headers).end()).isEqualTo(CACHED);

    byte[] broken = joined(START, DELTA, exceptionFrame("modelStreamErrorException"));
    bench.target(peer -> peer.stream().piece(broken).end());
    String[] others = byKey ? new String[] {KEY, "s"} : new String[0];
    assertThat(bench.answered("converse-stream", OTHER_BODY, others).end())
        .isEqualTo(new CallEnd.Break("modelStreamErrorException"));
    bench.target(EngineBench.answers(Duration.ZERO));
    assertThat(bench.answered("converse-stream", OTHER_BODY, others).end()).isEqualTo(PRIMARY);
  }

  @Test
  void aCallerMayRefuseToReadOrToBeKept() {
    assertThat(bench.answered("converse", BODY, "cache-control", "no-store").end())
        .isEqualTo(PRIMARY);
    assertThat(bench.answered("converse", BODY).end()).as("not kept").isEqualTo(PRIMARY);
    assertThat(bench.answered("converse", BODY, "cache-control", "max-age=5, No-Cache").end())
        .isEqualTo(PRIMARY);
    assertThat(bench.answered("converse", BODY, "cache-control", "no-store").end())
        .isEqualTo(CACHED);
    assertThat(bench.requests()).hasSize(3);
  }

  @Test
  void noStoreSharesWhatIsUnderWayAndKeepsNothing() {
    bench = new EngineBench("").target(EngineBench.answers(SECOND));
    RecordingSink one = bench.call("converse", BODY, KEY, "k", "cache-control", "no-store");
    RecordingSink two = bench.call("converse", BODY, KEY, "k", "cache-control", "no-store");
    bench.run(SECOND.multipliedBy(2));
    assertThat(one.end()).isEqualTo(PRIMARY);
    assertThat(two.end()).isEqualTo(PRIMARY);
    assertThat(bench.requests()).hasSize(1);

    bench.call("converse", BODY, KEY, "k", "cache-control", "no-store");
    bench.run(SECOND.multipliedBy(2));
    assertThat(bench.requests()).hasSize(2);
  }

  @Test
  void withoutTheSectionNothingIsKept() {
    bench = new EngineBench("");
    bench.answered("converse", BODY);
    assertThat(bench.answered("converse", BODY).end()).isEqualTo(PRIMARY);
    assertThat(bench.requests()).hasSize(2);
  }

  @Test
  void onARouteWithACacheTheKeyStillTellsRequestsApart() {
    assertThat(bench.answered("converse", BODY).end()).isEqualTo(PRIMARY);
    assertThat(bench.answered("converse", BODY, KEY, "k").end()).isEqualTo(CACHED);
    assertThat(bench.answered("converse", OTHER_BODY, KEY, "k").reply().status()).isEqualTo(409);
    assertThat(bench.answered("converse-stream", OTHER_BODY, KEY, "s").end()).isEqualTo(PRIMARY);
    assertThat(bench.answered("converse-stream", OTHER_BODY, KEY, "s").end()).isEqualTo(CACHED);
    assertThat(bench.requests()).hasSize(2);
  }

  @Test
  void aKeptAnswerHasItsAgeAndIsStaleOnlyWhereNoTargetAnswers() {
    bench.answered("converse", BODY);
    bench.run(Duration.ofMinutes(30));
    RecordingSink fresh = bench.answered("converse", EngineBench.SAME_BODY);
    assertThat(fresh.end()).isEqualTo(CACHED);
    assertThat(fresh.headers().get("age")).isEqualTo("1801");
    assertThat(fresh.headers().get("x-forebay-attempts")).isEqualTo("0");

    bench.run(Duration.ofMinutes(50));
    bench.target(HANGS);
    RecordingSink stale = bench.call("converse", BODY);
    bench.run(Duration.ofSeconds(30));
    assertThat(stale.end()).isEqualTo(new CallEnd.Answer("stale"));
    bench.target(EngineBench.answers(Duration.ZERO));
    assertThat(bench.answered("converse", BODY).end()).isEqualTo(PRIMARY);
  }

  @Test
  void wordsOfTheRoutesOwnAreNotGivenForTheKeyOnceAModelAnswers() {
    bench = new EngineBench(", degraded: { message: \"Busy.\" }").target(HANGS);
    RecordingSink canned = bench.call("converse", BODY, KEY, "k");
    bench.run(Duration.ofSeconds(30));
    assertThat(canned.end()).isEqualTo(new CallEnd.Answer("canned"));
    bench.target(EngineBench.answers(Duration.ZERO));
    assertThat(bench.answered("converse", BODY, KEY, "k").end()).isEqualTo(PRIMARY);
    assertThat(bench.answered("converse", BODY, KEY, "k").end()).isEqualTo(CACHED);
  }
}
