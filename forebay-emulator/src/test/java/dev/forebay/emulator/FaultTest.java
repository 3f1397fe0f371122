package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
  private static final ModelId CLAUDE = new ModelId("us." + Configs.CLAUDE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"throttle\":{\"reason\":\"day\",\"retryAfter\":\"3000ms\"}}",
        "{\"model\":\"m\",\"operation\":\"converse\",\"from\":\"1000ms\",\"until\":\"2000ms\","
            + "\"after\":2,\"count\":3,\"probability\":0.5,\"unavailable\":{}}",
        "{\"error\":{\"exception\":\"ModelErrorException\",\"message\":\"no\"}}",
        "{\"outage\":{}}",
        "{\"hang\":{\"at\":\"firstToken\"}}",
        "{\"slowFirstToken\":{\"factor\":3.0,\"delay\":\"500ms\"}}",
        "{\"stall\":{\"afterEvents\":4,\"duration\":\"9000ms\"}}",
        "{\"exceptionEvent\":{\"exception\":\"throttlingException\",\"afterEvents\":0}}",
        "{\"reset\":{\"at\":\"midStream\",\"afterEvents\":7}}",
        "{\"truncate\":{\"afterEvents\":1,\"halfFrame\":true}}",
        "{\"cut\":{\"afterEvents\":1,\"halfFrame\":false}}",
        "{\"malformedFrame\":{\"afterEvents\":1}}",
        "{\"garbage\":{\"kind\":\"http\"}}"
      })
  void everyFaultIsWrittenAsItIsRead(String fault) {
    List<Fault> faults = Fault.parse("[" + fault + "]");

    assertThat(FaultWriter.json(faults).toString()).isEqualTo("[" + fault + "]");
  }

  @Test
  void anEffectWithoutSettingsNeedsNoBraces() {
    List<Fault> expected = List.of(Fault.always(new Effect.Outage()));

    assertThat(Fault.parse("[{\"outage\":true}]")).isEqualTo(expected);
    assertThat(NodeReader.yaml("- outage:").list(FaultReader::fault)).isEqualTo(expected);
  }

  @Test
  void countAndAfterCountMatchingRequestsAlone() {
    FaultScript script =
        script("{\"operation\":\"converse\",\"after\":1,\"count\":2,\"outage\":{}}");

    assertThat(meets(script, Operation.INVOKE)).isFalse();
    assertThat(IntStream.range(0, 5).mapToObj(i -> meets(script, Operation.CONVERSE)))
        .containsExactly(false, true, true, false, false);
  }

  @Test
  void aWindowBeginsAtFromAndEndsBeforeUntil() {
    FaultScript script = script("{\"from\":\"10s\",\"until\":\"20s\",\"outage\":{}}");

    assertThat(meets(script, Duration.ofMillis(9_999))).isFalse();
    assertThat(meets(script, Duration.ofSeconds(10))).isTrue();
    assertThat(meets(script, Duration.ofMillis(19_999))).isTrue();
    assertThat(meets(script, Duration.ofSeconds(20))).isFalse();
  }

  @Test
  void aModelIsMetByAnyOfItsNames() {
    for (String name : CLAUDE.names()) {
      assertThat(meets(script("{\"model\":\"" + name + "\",\"outage\":{}}"), Operation.CONVERSE))
          .isTrue();
    }
    assertThat(meets(script("{\"model\":\"other\",\"outage\":{}}"), Operation.CONVERSE)).isFalse();
  }

  @Test
  void aProbabilityIsTheShareThatIsMet() {
    FaultScript script = script("{\"probability\":0.25,\"outage\":{}}");
    SplittableRandom random = new SplittableRandom(1);

    long met =
        IntStream.range(0, 10_000)
            .filter(
                i -> !script.meet(CLAUDE, Operation.CONVERSE, "", Duration.ZERO, random).isEmpty())
            .count();

    assertThat(met).isBetween(2_300L, 2_700L);
  }

  @Test
  void anEffectOnStreamsPassesUnaryCallsBy() {
    FaultScript script = script("{\"stall\":{}}");

    assertThat(meets(script, Operation.CONVERSE)).isFalse();
    assertThat(meets(script, Operation.CONVERSE_STREAM)).isTrue();
  }

  @Test
  void effectsAddUpUntilOneStandsInForTheAnswer() {
    FaultScript script =
        script(
            "{\"slowFirstToken\":{\"factor\":2.0}},{\"count\":1,\"throttle\":{}},"
                + "{\"count\":1,\"unavailable\":{}}");

    assertThat(keys(script)).containsExactly("slowFirstToken", "throttle");
    assertThat(keys(script)).containsExactly("slowFirstToken", "unavailable");
    assertThat(keys(script)).containsExactly("slowFirstToken");
  }

  private static List<String> keys(FaultScript script) {
    return script
        .meet(CLAUDE, Operation.CONVERSE, "", Duration.ZERO, new SplittableRandom(1))
        .stream()
        .map(Effect::key)
        .toList();
  }

  private static FaultScript script(String faults) {
    return new FaultScript(Fault.parse("[" + faults + "]"));
  }

  private static boolean meets(FaultScript script, Operation operation) {
    return !script.meet(CLAUDE, operation, "", Duration.ZERO, new SplittableRandom(1)).isEmpty();
  }

  private static boolean meets(FaultScript script, Duration now) {
    return !script.meet(CLAUDE, Operation.CONVERSE, "", now, new SplittableRandom(1)).isEmpty();
  }
}
