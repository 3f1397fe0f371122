package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.forebay.cli.CloudWatchReceiver.Mood;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;

/** What a caller says is nobody's business but the model's. */
class PrivacyTest {
  private static final String SECRET = "zephyr-quartz-7731";
  private static final String OWN_WORDS = "marmalade-9914";

  @RegisterExtension static final Stack stack = new Stack();

  /** Everything that any logger says at any level, as its line and its arguments. */
  private static final class Ear extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger own = loggers.getLogger("dev.forebay");
    private final Level before = own.getEffectiveLevel();
    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

    Ear() {
      setContext(loggers);
      start();
      own.setLevel(Level.TRACE);
      root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      heard.add(
          event.getFormattedMessage()
              + event.getKeyValuePairs()
              + (event.getThrowableProxy() == null ? "" : event.getThrowableProxy().getMessage()));
    }

    @Override
    public void close() {
      root.detachAppender(this);
      own.setLevel(before);
      stop();
    }
  }

  @Test
  void noLogMetricSpanOrPageHasAnythingOfAPromptOrAnAnswer() throws Exception {
    try (Ear ear = new Ear();
        OtlpReceiver collector = new OtlpReceiver();
        CloudWatchReceiver cloudWatch = new CloudWatchReceiver(Mood.WELL);
        Watched gateway =
            new Watched(
                stack,
                stack.emulator().endpoint(),
                "otlp: \"%s\", sample: 1, logSample: 1, cloudwatch: { region: us-east-1, endpoint: \"%s\" }"
                    .formatted(collector.endpoint(), cloudWatch.endpoint()),
                "degraded: { message: \"" + OWN_WORDS + "\" }")) {
      live(gateway);
      List<String> told = new ArrayList<>(ear.heard);
      told.add(gateway.get("/metrics", "text/plain").body());
      told.add(gateway.get("/metrics", "application/openmetrics-text; version=1.0.0").body());
      told.add(gateway.get("/api/status", "application/json").body());
      gateway.flush();
      collector.spans().forEach(span -> told.add(span.toString()));
      cloudWatch.bodies().forEach(body -> told.add(new String(body, StandardCharsets.UTF_8)));

      assertThat(ear.heard)
          .anyMatch(line -> line.startsWith("call"))
          .anyMatch(line -> line.contains("attempt 1 on primary"));
      assertThat(collector.spans()).hasSizeGreaterThan(8);
      assertThat(cloudWatch.data()).isNotEmpty();
      assertThat(told).noneMatch(text -> text.contains(SECRET) || text.contains(OWN_WORDS));
    }
  }

  /** One call of each kind: well, refused by its fault, retried, by a fallback, degraded. */
  private static void live(Watched gateway) {
    call(gateway, says(SECRET));
    call(gateway, says(SECRET).toBuilder().inferenceConfig(c -> c.maxTokens(-1)).build());
    invoke(
        gateway,
        "{\"anthropic_version\": \"bedrock-2023-05-31\", \"max_tokens\": 50, \"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
            .formatted(SECRET));
    invoke(gateway, "{\"malformed\": \"" + SECRET);
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"count\": 2, \"unavailable\": {}}]".formatted(Stack.PRIMARY));
    call(gateway, says(SECRET));
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\", \"message\": \"cannot say %s\"}}]"
                .formatted(Stack.PRIMARY, SECRET));
    call(gateway, says(SECRET));
    invoke(gateway, Calls.CLAUDE_BODY.replace("Hello", SECRET));
    stack
        .emulator()
        .faults(
            "[{\"error\": {\"exception\": \"ValidationException\", \"message\": \"what is %s\"}}]"
                .formatted(SECRET));
    call(gateway, says(SECRET));
    stack.emulator().faults("[{\"throttle\": {\"reason\": \"day\"}}]");
    call(gateway, says(SECRET));
  }

  private static ConverseRequest says(String text) {
    return Calls.converse(Stack.MODEL).toBuilder().messages(Calls.userSays(text)).build();
  }

  private static void call(Watched gateway, ConverseRequest request) {
    try {
      gateway.client().converse(request);
    } catch (BedrockRuntimeException refused) {
      assertThat(refused.statusCode()).isBetween(400, 599);
    }
  }

  private static void invoke(Watched gateway, String body) {
    try {
      gateway.client().invokeModel(r -> r.modelId(Stack.MODEL).body(SdkBytes.fromUtf8String(body)));
    } catch (BedrockRuntimeException refused) {
      assertThat(refused.statusCode()).isBetween(400, 599);
    }
  }
}
