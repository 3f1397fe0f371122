package dev.forebay.it;

import static dev.forebay.it.TracingTest.otlp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where spans go, and what a collector that fails costs: spans, and nothing else. */
class TraceExportTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void spansGoStraightToXraySigned() throws Exception {
    try (OtlpReceiver xray = new OtlpReceiver();
        Watched gateway =
            new Watched(
                stack,
                stack.emulator().endpoint(),
                "xray: true, xrayRegion: eu-west-1, xrayEndpoint: \"%s\", sample: 1"
                    .formatted(xray.endpoint()))) {
      gateway.client().converse(Calls.converse(Stack.MODEL));
      gateway.flush();

      assertThat(xray.spans()).hasSize(2);
      assertThat(xray.posts()).hasSize(1);
      OtlpReceiver.Post post = xray.posts().getFirst();
      assertThat(post.header("Authorization"))
          .contains("Credential=AKIDCALLER/", "/eu-west-1/xray/aws4_request")
          .contains("host", "content-type", "content-encoding")
          .endsWith("Signature=" + signedAgain(post));
    }
  }

  @Test
  void aCollectorAndXrayGetTheSameSpansAndNeitherNeedsTheOther() throws Exception {
    OtlpReceiver gone = new OtlpReceiver();
    try (OtlpReceiver xray = new OtlpReceiver();
        Watched gateway =
            new Watched(
                stack,
                stack.emulator().endpoint(),
                otlp(gone)
                    + ", xray: true, xrayRegion: eu-west-1, xrayEndpoint: \"%s\", sample: 1"
                        .formatted(xray.endpoint()))) {
      gateway.client().converse(Calls.converse(Stack.MODEL));
      await().until(() -> gone.spans().size() == 2 && xray.spans().size() == 2);
      assertThat(xray.spans()).containsExactlyInAnyOrderElementsOf(gone.spans());

      gone.close();
      gateway.client().converse(Calls.converse(Stack.MODEL));
      gateway.flush();

      assertThat(xray.spans()).hasSize(4);
      assertThat(gateway.get("/metrics", "text/plain").body())
          .contains("forebay_telemetry_lost_total{destination=\"otlp\"} 2.0")
          .contains("forebay_telemetry_lost_total{destination=\"xray\"} 0.0");
    }
  }

  /** The signature by AWS's description, with nothing of the SDK. */
  private static String signedAgain(OtlpReceiver.Post post) throws Exception {
    String authorization = post.header("Authorization");
    String scope = authorization.replaceAll(".*Credential=[^/]+/([^,]+),.*", "$1");
    String names = authorization.replaceAll(".*SignedHeaders=([^,]+),.*", "$1");
    StringBuilder request = new StringBuilder("POST\n/v1/traces\n\n");
    for (String name : names.split(";", -1)) {
      request.append(name).append(':').append(post.header(name).strip()).append('\n');
    }
    request.append('\n').append(names).append('\n').append(sha256(post.body()));
    byte[] key = "AWS4caller-secret".getBytes(UTF_8);
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            post.header("x-amz-date"),
            scope,
            sha256(request.toString().getBytes(UTF_8)));
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  @Test
  void aCollectorThatIsDownCostsSpansAndNothingElse() throws Exception {
    OtlpReceiver gone = new OtlpReceiver();
    gone.close();
    try (Watched gateway =
        new Watched(stack, stack.emulator().endpoint(), otlp(gone) + ", sample: 1")) {
      for (int i = 0; i < 20; i++) {
        gateway.client().converse(Calls.converse(Stack.MODEL));
      }
      gateway.flush();

      assertThat(gateway.get("/metrics", "text/plain").body())
          .contains("forebay_telemetry_lost_total{destination=\"otlp\"} 40.0");
    }
  }

  @Test
  void aCollectorThatIsSlowCostsNoCallAnything() throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver();
        Watched gateway =
            new Watched(stack, stack.emulator().endpoint(), otlp(collector) + ", sample: 1")) {
      collector.holds();
      gateway.client().converse(Calls.converse(Stack.MODEL));
      await().until(() -> !collector.posts().isEmpty());
      for (int i = 0; i < 199; i++) {
        assertThat(gateway.client().converse(Calls.converse(Stack.MODEL)).usage().outputTokens())
            .isEqualTo(20);
      }
      // That all were answered while it held its own answer back is the point.
      assertThat(collector.answered()).isZero();
      collector.letsGo();
      gateway.flush();

      assertThat(collector.spans()).hasSize(400);
    }
  }

  @Test
  void aCollectorThatThrottlesIsAskedAgainAndGetsEachSpanOnce() throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver();
        Watched gateway =
            new Watched(stack, stack.emulator().endpoint(), otlp(collector) + ", sample: 1")) {
      collector.throttles(1);
      gateway.client().converse(Calls.converse(Stack.MODEL));
      gateway.flush();

      assertThat(collector.posts()).hasSize(2);
      assertThat(collector.spans()).hasSize(2);
      assertThat(gateway.get("/metrics", "text/plain").body())
          .contains("forebay_telemetry_lost_total{destination=\"otlp\"} 0.0");
    }
  }
}
