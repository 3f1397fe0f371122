package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures by hand: what AWS would accept, and everything that it would not. */
class SignatureTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String PATH = "/model/" + KeyedGateway.CHAT + "/converse";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  private KeyedGateway gateway = new KeyedGateway(stack);

  @BeforeEach
  void start() {
    gateway = new KeyedGateway(stack);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @Test
  void boto3LeavesThePayloadsHashOut() throws Exception {
    assertThat(answer(request())).startsWith("HTTP/1.1 200");
  }

  @Test
  void thePayloadsHashMayBeSigned() throws Exception {
    assertThat(answer(request().header("x-amz-content-sha256", Signed.sha256(BODY))))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aLiteralColonInThePathIsEncodedForTheSignatureAlone() throws Exception {
    Signed request = new Signed("/model/amazon.nova:0/converse", "gateway", BODY);

    assertThat(answer(request.by("FBADMIN", KeyedGateway.ADMIN_SECRET)))
        .contains("ResourceNotFoundException");
  }

  @Test
  void anEncodedPathIsEncodedAgain() throws Exception {
    Signed request = new Signed("/model/amazon.nova%3A0/converse", "gateway", BODY);

    assertThat(answer(request.by("FBADMIN", KeyedGateway.ADMIN_SECRET)))
        .contains("ResourceNotFoundException");
  }

  @Test
  void spacesInSignedHeadersDoNotMatter() throws Exception {
    assertThat(answer(request().header("x-amz-meta", "  two   words "))).startsWith("HTTP/1.1 200");
  }

  @Test
  void anyRegionWillDo() throws Exception {
    assertThat(answer(request().scopedTo("ap-southeast-2", "bedrock"))).startsWith("HTTP/1.1 200");
  }

  @Test
  void aQueryIsSignedInOrder() throws Exception {
    Signed request =
        new Signed("/api/status", "gateway", "")
            .method("GET")
            .query("a=1&b=2%2F3")
            .by("FBADMIN", KeyedGateway.ADMIN_SECRET);

    assertThat(answer(request.http().replace("a=1&b=2%2F3", "b=2%2F3&a=1"), "\"targets\""))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void overHttp2TheHostIsSignedAsAuthorityByJavaScriptAndAsHostByJava() throws Exception {
    String authority = "127.0.0.1:" + gateway.port();
    Signed javaScript = new Signed(PATH, authority, BODY).without("host");
    javaScript.header(":authority", authority).header("x-amz-content-sha256", Signed.sha256(BODY));

    assertThat(overHttp2(javaScript)).isEqualTo(200);
    assertThat(overHttp2(new Signed(PATH, authority, BODY))).isEqualTo(200);
    assertThat(overHttp2(new Signed(PATH, "elsewhere:1", BODY))).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(ints = {-16, 16})
  void aSignatureIsGoodForAQuarterOfAnHour(int minutes) throws Exception {
    Instant then = Signed.now().plus(Duration.ofMinutes(minutes));

    assertThat(answer(request().at(then)))
        .startsWith("HTTP/1.1 403")
        .contains("InvalidSignatureException")
        .contains("Signature expired or not yet current")
        .as("an SDK corrects its clock by this")
        .containsIgnoringCase("\r\ndate: ");
    assertThat(answer(request().at(Signed.now().plus(Duration.ofMinutes(minutes / 2)))))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void anotherBodyPathMethodHostOrHeaderDoesNotPass() throws Exception {
    String sound = request().header("x-amz-meta", "one").http();

    assertRefused(sound.replace("\"Hi\"", "\"Ho\""));
    assertRefused(sound.replace("/converse ", "/invoke "));
    assertRefused(sound.replace("host: gateway", "host: elsewhere"));
    assertRefused(sound.replace("x-amz-meta: one", "x-amz-meta: two"));
    assertRefused(sound.replace("x-amz-meta: one", "x-amz-meta: one\r\nx-amz-meta: two"));
    assertRefused(
        sound
            .replace("HTTP/1.1\r\n", "HTTP/1.1\r\nx-amz-content-sha256: 0\r\n")
            .replace("\"Hi\"", "\"Ho\""));
  }

  @Test
  void aBodyThatIsNotTheOneWhoseHashIsSignedDoesNotPass() throws Exception {
    assertRefused(request().header("x-amz-content-sha256", Signed.sha256("other")).http());
  }

  @Test
  void anUnsignedPayloadDoesNotPassOverPlaintext() throws Exception {
    assertThat(answer(request().header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")))
        .startsWith("HTTP/1.1 403")
        .contains("UNSIGNED-PAYLOAD is accepted over TLS alone");
  }

  @Test
  void aWrongSecretAndAnUnknownKeyLookTheSame() throws Exception {
    String wrong = answer(request().by(KeyedGateway.WEB_ID, "guessed"));
    String unknown = answer(request().by("FBNOBODY", "guessed"));

    assertThat(wrong).startsWith("HTTP/1.1 403").contains("InvalidSignatureException");
    assertThat(body(unknown))
        .isEqualTo(body(wrong))
        .contains("Unknown access key, or the signature does not match")
        .hasSizeLessThan(200);
  }

  @Test
  void aKeyWithoutAnAccessKeyIdDoesNotSign() throws Exception {
    assertRefused(request().by("", KeyedGateway.WEB_SECRET).http());
  }

  @Test
  void anotherServiceOrDayDoesNotPass() throws Exception {
    assertThat(answer(request().scopedTo("us-east-1", "s3")))
        .startsWith("HTTP/1.1 403")
        .contains("scoped to the service 'bedrock'");
    String sound = request().http();
    assertThat(
            answer(sound.replaceFirst("Credential=FBWEB/\\d{8}", "Credential=FBWEB/20200101"), "}"))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void hostAndDateMustBeSigned() throws Exception {
    String unsignedHost = request().without("host").http();
    assertThat(answer(unsignedHost.replace("content-type:", "host: gateway\r\ncontent-type:"), "}"))
        .startsWith("HTTP/1.1 400")
        .contains("IncompleteSignatureException");
    String unsignedDate = request().without("x-amz-date").http();
    assertThat(answer(unsignedDate, "}")).startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e",
        "AWS4-HMAC-SHA256 Credential=FBWEB/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=, Signature=",
        "AWS4-HMAC-SHA256 a=b,,,,,,,,,,,,,,,,,",
        "AWS4-ECDSA-P256-SHA256 Credential=FBWEB/20260101/bedrock/aws4_request, SignedHeaders=host, Signature=00",
        "Basic d2ViOndlYi1zZWNyZXQtMDEyMzQ1Njc4OQ==",
        "Bearer",
        "web-secret-0123456789",
      })
  void aMalformedAuthorizationIsRefused(String authorization) throws Exception {
    assertThat(answer(RawHttp.post(PATH, BODY, "Authorization: " + authorization), "}"))
        .matches("(?s)HTTP/1.1 40[03] .*")
        .containsAnyOf("IncompleteSignatureException", "UnrecognizedClientException");
  }

  private static Signed request() {
    return new Signed(PATH, "gateway", BODY);
  }

  private void assertRefused(String request) throws Exception {
    assertThat(answer(request, "}"))
        .startsWith("HTTP/1.1 403")
        .contains("InvalidSignatureException");
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  private String answer(Signed request) throws Exception {
    return answer(request.http(), "}");
  }

  private String answer(String request, String until) throws Exception {
    try (RawHttp raw = new RawHttp(gateway.port())) {
      return raw.send(request).readUntil(until);
    }
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n"));
  }

  private int overHttp2(Signed request) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      String authorization = request.authorization();
      HttpClientResponse response =
          client
              .request(HttpMethod.POST, gateway.port(), "127.0.0.1", PATH)
              .compose(
                  opened -> {
                    request
                        .headers()
                        .forEach(
                            (name, value) -> {
                              if (!name.equals(":authority") && !name.equals("host")) {
                                opened.putHeader(name, value);
                              }
                            });
                    return opened
                        .putHeader("authorization", authorization)
                        .send(Buffer.buffer(BODY));
                  })
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      return response.statusCode();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
