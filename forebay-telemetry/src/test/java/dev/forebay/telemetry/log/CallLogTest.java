package dev.forebay.telemetry.log;

import static dev.forebay.telemetry.Story.ANONYMOUS;
import static dev.forebay.telemetry.Story.MODEL_FAULT;
import static dev.forebay.telemetry.Story.WELL;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.event.CallTracing;
import dev.forebay.telemetry.Story;
import dev.forebay.testkit.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.event.KeyValuePair;

class CallLogTest {
  private final Logger logger = new LoggerContext().getLogger("dev.forebay.call");
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.addAppender(said);
    said.start();
  }

  @Test
  void anUnusualCallIsOneLineWithItsWayAndNoMessage() {
    story(0, 50)
        .call(ANONYMOUS, ScriptedReply.throttled(), ScriptedReply.unavailable(), MODEL_FAULT);

    assertThat(said.list).hasSize(1);
    assertThat(said.list.getFirst().getLevel()).isEqualTo(Level.INFO);
    assertThat(said.list.getFirst().getFormattedMessage()).isEqualTo("call");
    assertThat(values(0))
        .containsEntry("route", "chat")
        .containsEntry("answer", "fallback")
        .containsEntry("target", "haiku")
        .containsEntry("attempts", "4")
        .containsEntry("inputTokens", "100")
        .containsEntry("outputTokens", "50")
        .containsEntry("error", "424 ModelErrorException")
        .containsKeys("seconds", "waited")
        .doesNotContainKeys("trace", "suppressed");
  }

  @Test
  void eachUnusualEndIsOneLine() {
    Story story = story(0, 50);
    story.call(ANONYMOUS, ScriptedReply.throttled(), WELL);
    story.call(ANONYMOUS, ScriptedReply.rejected(Outcome.About.CALL));
    story.call(
        ANONYMOUS,
        ScriptedReply.failed(Outcome.Fault.CONNECTION)
            .after(Duration.ofSeconds(2))
            .withContent(Duration.ofSeconds(1)));
    story.call(ANONYMOUS, () -> Step.Source.CANNED, MODEL_FAULT, MODEL_FAULT);
    story.left(Duration.ofSeconds(15), ScriptedReply.throttled(), ScriptedReply.hang());
    story.left(Duration.ofSeconds(3), ScriptedReply.hang());
    story.call(ANONYMOUS, WELL);

    assertThat(said.list)
        .extracting(line -> values(said.list.indexOf(line)).get("answer"))
        .containsExactly("primary", "refused", "interrupted", "canned", "cancelled", "cancelled");
    assertThat(values(1)).containsEntry("error", "400 ValidationException").containsKey("why");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.01, 10", "0.1, 100", "0.7, 700", "1, 1000"})
  void ofUsualCallsTheShareIsSaid(double sample, int lines) {
    Story story = story(sample, Integer.MAX_VALUE);
    for (int i = 0; i < 1_000; i++) {
      story.call(ANONYMOUS, WELL);
    }

    assertThat(said.list.size()).isBetween(lines - 1, lines + 1);
  }

  @Test
  void aStormIsSaidInNumbers() {
    Story story = story(0, 3);
    for (int i = 0; i < 100; i++) {
      story.call(ANONYMOUS, ScriptedReply.rejected(Outcome.About.CALL));
    }
    // All of that was in one moment; this ends in another.
    story.call(ANONYMOUS, ScriptedReply.rejected(Outcome.About.CALL).after(Duration.ofSeconds(5)));

    assertThat(said.list).hasSize(4);
    assertThat(values(3)).containsEntry("suppressed", "97");
  }

  private Story story(double sample, int mostPerSecond) {
    return new Story(CallTracing.NONE, new CallLog(logger, sample, mostPerSecond));
  }

  private Map<String, String> values(int line) {
    List<KeyValuePair> pairs = said.list.get(line).getKeyValuePairs();
    return pairs.stream()
        .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
  }
}
