package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import dev.forebay.it.ScriptedBedrock;
import dev.forebay.it.Stack;
import dev.forebay.testkit.Http;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole streams that lack Bedrock's metrics: behind an ARN that does not name its model, and where
 * a guardrail intervened. They pass as they came and do not count against the target.
 */
class FieldReport17StreamEndTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String PROFILE =
      "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcd1234";
  private static final String INTERVENED = "\"amazon-bedrock-guardrailAction\":\"INTERVENED\"";

  /** More than the failures that open a circuit. */
  private static final int CALLS = 7;

  static Stream<Arguments> wholeStreams() {
    List<String> claude =
        List.of(
            "{\"type\":\"message_start\",\"message\":{\"role\":\"assistant\",\"content\":[]}}",
            "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
            "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"No.\"}}",
            "{\"type\":\"message_stop\"," + INTERVENED + "}");
    List<String> nova =
        List.of(
            "{\"messageStart\":{\"role\":\"assistant\"}}",
            "{\"contentBlockDelta\":{\"delta\":{\"text\":\"N\"}}," + INTERVENED + "}",
            "{\"contentBlockDelta\":{\"delta\":{\"text\":\"o.\"}}," + INTERVENED + "}",
            "{\"messageStop\":{\"stopReason\":\"guardrail_intervened\"}}");
    return Stream.of(
        Arguments.of("anthropic.claude-sonnet-4-5-20250929-v1:0", claude),
        Arguments.of(PROFILE, claude),
        Arguments.of(PROFILE, List.of("{\"type\":\"message_stop\"}")),
        Arguments.of("amazon.nova-micro-v1:0", nova),
        Arguments.of(PROFILE, nova),
        Arguments.of("amazon.nova-micro-v1:0", nova.subList(0, 3)),
        Arguments.of(
            "amazon.titan-text-express-v1", List.of("{\"outputText\":\"No.\"," + INTERVENED + "}")),
        Arguments.of(
            "meta.llama3-70b-instruct-v1:0",
            List.of("{\"generation\":\"No.\"," + INTERVENED + "}")),
        Arguments.of("mistral.mistral-7b-instruct-v0:2", List.of("{" + INTERVENED + "}")),
        Arguments.of(
            "openai.gpt-oss-20b-1:0",
            List.of("{\"choices\":[{\"delta\":{\"content\":\"No.\"}}]," + INTERVENED + "}")),
        Arguments.of(PROFILE, List.of("{\"text\":\"No.\"," + INTERVENED + "}")));
  }

  @ParameterizedTest
  @MethodSource("wholeStreams")
  void aStreamWithoutMetricsPassesAsItCame(String model, List<String> chunks) throws Exception {
    byte[] frames = frames(chunks);
    try (ScriptedBedrock upstream = ScriptedBedrock.streaming(frames);
        Http http = new Http()) {
      Gateway gateway = gateway(upstream);
      for (int i = 0; i < CALLS; i++) {
        HttpResponse<byte[]> answer = call(http, gateway, model);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(frames);
      }
      assertThat(metrics(http, gateway))
          .contains("forebay_breaker_state{target=\"up\"} 0.0")
          .contains("outcome=\"succeeded\"")
          .doesNotContain("outcome=\"interrupted\"")
          .doesNotContain("outcome=\"failed\"");
    }
  }

  static Stream<Arguments> cutStreams() {
    byte[] intervened = frames(List.of("{\"outputText\":\"N\"," + INTERVENED + "}"));
    byte[] more = frames(List.of("{\"outputText\":\"o.\"}"));
    byte[] cutInAFrame = Arrays.copyOf(intervened, intervened.length + more.length / 2);
    System.arraycopy(more, 0, cutInAFrame, intervened.length, more.length / 2);
    return Stream.of(
        Arguments.of("amazon.titan-text-express-v1", more),
        Arguments.of("amazon.titan-text-express-v1", cutInAFrame),
        Arguments.of(
            PROFILE,
            frames(List.of("{\"type\":\"content_block_delta\",\"delta\":{\"text\":\"N\"}}"))),
        Arguments.of(
            "amazon.nova-micro-v1:0",
            frames(
                List.of(
                    "{\"contentBlockDelta\":{\"delta\":{\"text\":\"N\"}},"
                        + "\"amazon-bedrock-guardrailAction\":\"NONE\"}"))));
  }

  @ParameterizedTest
  @MethodSource("cutStreams")
  void aCutStreamIsStillSaidToBeCut(String model, byte[] frames) throws Exception {
    try (ScriptedBedrock upstream = ScriptedBedrock.streaming(frames);
        Http http = new Http()) {
      Gateway gateway = gateway(upstream);
      byte[] got = call(http, gateway, model).body();
      assertThat(new String(got, StandardCharsets.ISO_8859_1))
          .contains("modelStreamErrorException");
    }
  }

  private static Gateway gateway(ScriptedBedrock upstream) {
    return stack.start(
        ConfigFile.parse(
            """
            server: { port: 0 }
            targets:
              up: { region: us-east-1, endpoint: "%s", credentials: anonymous }
            routes:
              "*": { tiers: [[up]], retry: { maxAttempts: 1 } }
            """
                .formatted(upstream.endpoint()),
            "stream-end.yaml",
            Map.of()));
  }

  private static HttpResponse<byte[]> call(Http http, Gateway gateway, String model)
      throws Exception {
    return http.bytes(
        Http.postJson(
            Http.local(gateway.port(), ModelPath.format(Operation.INVOKE_STREAM, model)),
            "{\"max_tokens\":9}"));
  }

  private static String metrics(Http http, Gateway gateway) throws Exception {
    return http.text(Http.get(Http.local(gateway.port(), "/metrics"))).body();
  }

  private static byte[] frames(List<String> chunks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String chunk : chunks) {
      String bytes = Base64.getEncoder().encodeToString(chunk.getBytes(StandardCharsets.UTF_8));
      out.writeBytes(
          Frame.event("chunk", ("{\"bytes\":\"" + bytes + "\"}").getBytes(StandardCharsets.UTF_8)));
    }
    return out.toByteArray();
  }
}
