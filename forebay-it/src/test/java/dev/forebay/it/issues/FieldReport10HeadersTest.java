package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Seam;
import dev.forebay.it.WireUpstream;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that load balancers and login proxies add to requests never reach a target. */
class FieldReport10HeadersTest {
  private static final String SECRET = "s3cr3t-of-a-user";

  /** Each of the report, and neighbours. */
  private static final List<String> LEAKING =
      List.of(
          "x-amzn-oidc-accesstoken",
          "x-amzn-oidc-data",
          "x-amzn-oidc-identity",
          "x-forwarded-access-token",
          "X-Forwarded-Id-Token",
          "x-forwarded-user",
          "x-forwarded-email",
          "x-forwarded-groups",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-client-cert",
          "x-auth-request-access-token",
          "x-auth-request-email",
          "X-Auth-Token",
          "x-goog-iap-jwt-assertion",
          "x-goog-authenticated-user-email",
          "cf-access-jwt-assertion",
          "cf-connecting-ip",
          "CF-Authorization",
          "api-key",
          "x-api-key",
          "apikey",
          "x-ms-client-principal",
          "x-vault-token",
          "private-token",
          "x-csrf-token",
          "x-real-ip",
          "true-client-ip",
          "remote-user",
          "x-remote-user",
          "x-user-id",
          "cookie",
          "Cookie2",
          "authorization",
          "x-authorization",
          "proxy-authorization",
          "x-amz-security-token",
          "x-amz-cf-id",
          "x-amz-meta-owner",
          "forwarded",
          "via",
          "referer",
          "from",
          "baggage",
          "x-b3-traceid",
          "x-request-id",
          "x-custom",
          "x-forebay-anything",
          "amz-sdk-request",
          "x-amzn-mtls-clientcert");

  /** What targets get, with values that they understand. */
  private static final Map<String, String> WELCOME =
      Map.of(
          "accept", "application/json",
          "user-agent", "some-sdk/1",
          "x-amzn-bedrock-trace", "ENABLED",
          "anthropic-beta", "context-1m",
          "tracestate", "vendor=1",
          "x-amzn-trace-id", "Root=1-67891233-abcdef012345678912345678",
          "x-amz-user-agent", "aws-sdk-js/3",
          "amz-sdk-invocation-id", "11111111-2222-3333-4444-555555555555",
          "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

  private static final Set<String> FRAMING =
      Set.of("host", "content-length", "content-type", "accept-encoding");

  @SuppressWarnings("InlineFormatString") // Too long to stand in the middle of a test.
  private static final String CONFIG =
      """
      targets:
        one: { region: us-east-1, model: "any.model-v1:0", endpoint: "%1$s", credentials: anonymous%2$s }
        nova: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%1$s", credentials: anonymous%2$s }
        claude: { region: us-east-1, model: "anthropic.claude-sonnet-4-20250514-v1:0", endpoint: "http://127.0.0.1:1", credentials: anonymous }
      routes:
        m: { tiers: [[one]]%3$s }
        translated: { tiers: [[claude], [nova]], retry: { maxAttempts: 1, baseDelay: 1ms, maxDelay: 1ms } }
      %4$s
      """;

  private final WireUpstream upstream =
      WireUpstream.answering((connection, request) -> connection.json(200, answer(request)));

  @AfterEach
  void stop() {
    upstream.close();
  }

  private static String answer(WireUpstream.Seen request) {
    return request.path().endsWith("/count-tokens")
        ? "{\"inputTokens\": 3}"
        : WireUpstream.CONVERSE;
  }

  private String config(String target, String route, String more) {
    return CONFIG.formatted(upstream.endpoint(), target, route, more);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/m/converse",
        "/model/m/invoke",
        "/model/m/count-tokens",
        "/model/translated/invoke",
        "/guardrail/gr1/version/1/apply",
        "/async-invoke"
      })
  void nothingElseReachesATarget(String path) throws Exception {
    try (WireGateway gateway = new WireGateway(config("", "", ""))) {
      HttpResponse<byte[]> answer =
          gateway.post(path, body(path), sent(path).toArray(String[]::new));

      assertThat(answer.statusCode()).as(WireGateway.text(answer)).isEqualTo(200);
    }
    Map<String, String> got = upstream.seen().getLast().headers();
    assertThat(got.toString()).doesNotContain(SECRET);
    assertThat(got).containsEntry("accept-encoding", "identity");
    Set<String> expected = new TreeSet<>(FRAMING);
    expected.addAll(WELCOME.keySet());
    if (path.contains("translated")) {
      expected.removeAll(Set.of("accept", "x-amzn-bedrock-trace"));
    }
    assertThat(got.keySet()).isEqualTo(expected);
    for (String name : WELCOME.keySet()) {
      if (expected.contains(name)) {
        assertThat(got.get(name)).as(name).isEqualTo(WELCOME.get(name));
      }
    }
  }

  @Test
  void nothingElseReachesATargetByHttp2() throws Exception {
    try (WireGateway gateway = new WireGateway(config("", "", ""))) {
      HttpClient client =
          gateway
              .vertx()
              .createHttpClient(
                  new HttpClientOptions()
                      .setProtocolVersion(HttpVersion.HTTP_2)
                      .setHttp2ClearTextUpgrade(false));
      int status =
          client
              .request(HttpMethod.POST, gateway.port(), "127.0.0.1", "/model/m/converse")
              .compose(
                  request -> {
                    LEAKING.forEach(
                        name -> request.putHeader(name.toLowerCase(Locale.ROOT), SECRET));
                    WELCOME.forEach(request::putHeader);
                    request.putHeader("content-type", "application/json");
                    return request.send(Buffer.buffer(WireGateway.CONVERSE_BODY));
                  })
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS)
              .statusCode();

      assertThat(status).isEqualTo(200);
    }
    Map<String, String> got = upstream.seen().getLast().headers();
    assertThat(got.toString()).doesNotContain(SECRET);
    assertThat(got).containsAllEntriesOf(WELCOME);
    assertThat(got).hasSize(WELCOME.size() + FRAMING.size());
  }

  @Test
  void anOperatorAddsHeadersForOneTarget() throws Exception {
    try (WireGateway gateway =
        new WireGateway(config(", forwardHeaders: [X-Tenant, x-api-key]", "", ""))) {
      gateway.converse("x-tenant", "blue", "X-API-Key", "for-the-proxy", "x-other", "no");
      gateway.post(
          "/model/translated/invoke", WireGateway.CLAUDE_BODY, "x-tenant", "red", "x-other", "no");
    }
    assertThat(upstream.seen().getFirst().headers())
        .containsEntry("x-tenant", "blue")
        .containsEntry("x-api-key", "for-the-proxy")
        .doesNotContainKey("x-other");
    assertThat(upstream.seen().getLast().headers())
        .containsEntry("x-tenant", "red")
        .doesNotContainKey("x-other");
  }

  @Test
  void aJobKeepsAndSendsNothingElse(@TempDir Path folder) throws Exception {
    JobStore store =
        JobStores.open(
            "sqlite:" + folder.resolve("jobs.db"),
            StoreLimits.DEFAULTS,
            FieldReport10HeadersTest::now);
    String extra = ", forwardHeaders: [x-tenant]";
    try (store;
        WireGateway gateway =
            new WireGateway(
                config(extra, ", queue: {}", "jobs: { store: \"sqlite:elsewhere\" }"),
                Map.of(),
                Optional.of(store))) {
      List<String> all = new ArrayList<>(sent("/model/m/converse"));
      all.addAll(List.of("prefer", "respond-async", "x-tenant", "blue"));
      HttpResponse<byte[]> accepted = gateway.converse(all.toArray(String[]::new));
      assertThat(accepted.statusCode()).isEqualTo(202);
      String job = accepted.headers().firstValue("location").orElseThrow();
      await()
          .atMost(20, TimeUnit.SECONDS)
          .until(
              () ->
                  new JsonObject(WireGateway.text(gateway.get(job)))
                      .getString("state")
                      .equals("done"));
      assertThat(bytesIn(folder)).contains("x-tenant").doesNotContain(SECRET);
    }
    Map<String, String> got = upstream.seen().getLast().headers();
    assertThat(got.toString()).doesNotContain(SECRET);
    assertThat(got).containsEntry("x-tenant", "blue").containsEntry("accept-encoding", "identity");
  }

  /** Answers that a header may have shaped are not given to callers with another one. */
  @Test
  void anAnswerIsSharedOnlyAmongCallersWithTheSameForwardedHeaders() throws Exception {
    try (WireGateway gateway =
        new WireGateway(config(", forwardHeaders: [x-tenant]", ", cache: {}", ""))) {
      gateway.converse("x-tenant", "blue", "x-other", "1");
      gateway.converse("x-tenant", "blue", "x-other", "2");
      gateway.converse("x-tenant", "red", "x-other", "2");
    }
    assertThat(upstream.seen())
        .extracting(seen -> seen.headers().get("x-tenant"))
        .containsExactly("blue", "red");
  }

  @Seam("stores that several processes share have the time of day")
  private static Instant now() {
    return Instant.now();
  }

  private static String body(String path) {
    if (path.startsWith("/guardrail")) {
      return "{\"source\":\"INPUT\",\"content\":[]}";
    }
    if (path.equals("/async-invoke")) {
      return "{\"modelId\":\"m\",\"modelInput\":{},\"clientRequestToken\":\"t\"}";
    }
    if (path.endsWith("/count-tokens")) {
      return "{\"input\":{\"converse\":" + WireGateway.CONVERSE_BODY + "}}";
    }
    return path.endsWith("/invoke") ? WireGateway.CLAUDE_BODY : WireGateway.CONVERSE_BODY;
  }

  /** Trace headers of InvokeModel make a fallback by Converse ineligible. */
  private static List<String> sent(String path) {
    List<String> all = new ArrayList<>();
    for (String name : LEAKING) {
      all.addAll(List.of(name, SECRET));
    }
    WELCOME.forEach(
        (name, value) -> {
          if (!path.contains("translated") || !name.startsWith("x-amzn-bedrock-")) {
            all.addAll(List.of(name, value));
          }
        });
    return all;
  }

  private static String bytesIn(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }
}
