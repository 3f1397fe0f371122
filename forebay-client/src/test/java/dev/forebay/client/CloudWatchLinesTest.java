package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cloudwatch.CloudWatchMetrics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** CloudWatch's embedded metric format, from the library. */
class CloudWatchLinesTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static final String ALL =
      "\"Dimensions\":[[]],\"Metrics\":[{\"Name\":\"FallbackModelInvocations\",\"Unit\":\"Count\"}]";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private List<String> fallbacks() {
    return bytes.toString(StandardCharsets.UTF_8).lines().filter(l -> l.contains(ALL)).toList();
  }

  @Test
  void inLambdaEachCallWritesItsLinesBeforeItReturns() {
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"throttle\":{}}]");
    try (Forebay forebay =
            bedrock
                .route()
                .and()
                .listener(CloudWatchMetrics.builder().toLinesPerCall(out))
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      client.converse(hello(MODEL));
      assertThat(fallbacks())
          .singleElement()
          .asString()
          .contains("\"Namespace\":\"GenAI/Application\"")
          .contains("\"Count\":1,\"Sum\":1.0");
      client.converse(hello(MODEL));
      assertThat(fallbacks()).hasSize(2);
    }
  }

  @Test
  void whatIsAddedUpIsWrittenAtTheEnd() {
    bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"throttle\":{}}]");
    try (CloudWatchMetrics metrics = CloudWatchMetrics.builder().toLines(out);
        Forebay forebay = bedrock.route().and().listener(metrics).build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      client.converse(hello(MODEL));
      client.converse(hello(MODEL));
    }
    assertThat(fallbacks()).anyMatch(line -> line.contains("\"Sum\":"));
    assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\"Reason\":\"throttled\"");
  }
}
