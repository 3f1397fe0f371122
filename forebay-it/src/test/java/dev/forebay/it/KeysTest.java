package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.AccessDeniedException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** Who may call: with the official SDK, by bearer token and by signature. */
class KeysTest {
  @RegisterExtension static final Stack stack = new Stack();

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
  void theSyncClientCallsWithABearerToken() {
    try (BedrockRuntimeClient client = gateway.bearerClient(KeyedGateway.WEB_SECRET)) {
      assertThat(client.converse(Calls.converse(KeyedGateway.CHAT)).stopReasonAsString())
          .isEqualTo("end_turn");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"us-east-1", "eu-central-1"})
  void theSyncClientCallsWithASignature(String region) {
    try (BedrockRuntimeClient client =
        gateway.signingClient(KeyedGateway.WEB_ID, KeyedGateway.WEB_SECRET, region)) {
      assertThat(client.converse(Calls.converse(KeyedGateway.CHAT)).stopReasonAsString())
          .isEqualTo("end_turn");
    }
  }

  @Test
  void theSyncClientSignsPathsThatAreEncoded() {
    try (BedrockRuntimeClient client =
        gateway.signingClient("FBADMIN", KeyedGateway.ADMIN_SECRET, "us-east-1")) {
      assertThatThrownBy(() -> client.converse(Calls.converse("no.such:model/0")))
          .as("past the signature")
          .hasMessageContaining("No route for the model 'no.such:model/0'");
    }
  }

  @Test
  void theAsyncClientStreamsOverH2cWithEither() throws Exception {
    for (BedrockRuntimeAsyncClient client :
        List.of(
            gateway.bearerAsyncClient(KeyedGateway.WEB_SECRET),
            gateway.signingAsyncClient(KeyedGateway.WEB_ID, KeyedGateway.WEB_SECRET))) {
      Received received = new Received();
      client
          .converseStream(Calls.converseStream(KeyedGateway.CHAT), received.converse())
          .get(20, TimeUnit.SECONDS);
      assertThat(received.stopReason()).isEqualTo("end_turn");
      client.close();
    }
  }

  @Test
  void aWrongSecretIsA403ThatSdksRead() {
    try (BedrockRuntimeClient bearer = gateway.bearerClient("wrong");
        BedrockRuntimeClient signer =
            gateway.signingClient(KeyedGateway.WEB_ID, "wrong", "us-east-1")) {
      assertForbidden(bearer, "UnrecognizedClientException");
      assertForbidden(signer, "InvalidSignatureException");
    }
    assertThat(stack.emulator().stats().total().arrived()).isZero();
  }

  @Test
  void aRefusalOfACallWithoutAKeyNamesTheHeader() throws Exception {
    assertThat(answer(RawHttp.post("/model/chat.model/converse", BODY)))
        .startsWith("HTTP/1.1 403")
        .containsIgnoringCase("x-amzn-errortype: MissingAuthenticationTokenException")
        .contains("AWS_BEARER_TOKEN_BEDROCK")
        .doesNotContain("secret-0");
  }

  @Test
  void aKeyUsesItsOwnRoutesAlone() {
    try (BedrockRuntimeClient client = gateway.bearerClient(KeyedGateway.WEB_SECRET)) {
      assertThatThrownBy(() -> client.converse(Calls.converse(KeyedGateway.OTHER)))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("may not use the route 'other.model'");
    }
  }

  @Test
  void nothingOfTheCallersCredentialsTravelsOn() {
    try (BedrockRuntimeClient client =
        gateway.signingClient(KeyedGateway.WEB_ID, KeyedGateway.WEB_SECRET, "us-east-1")) {
      client.converse(
          Calls.converse(KeyedGateway.CHAT).toBuilder()
              .overrideConfiguration(o -> o.putHeader("x-amz-security-token", "session"))
              .build());
    }
    assertThat(stack.emulator().stats().recent())
        .singleElement()
        .satisfies(
            request ->
                assertThat(request.headers().stream().map(name -> name.toLowerCase(Locale.ROOT)))
                    .doesNotContain(
                        "authorization",
                        "x-amz-date",
                        "x-amz-security-token",
                        "x-amz-content-sha256"));
  }

  @Test
  void theOperatorsPagesNeedAnAdminsKeyAndHealthNone() throws Exception {
    for (String page : List.of("/metrics", "/api/status")) {
      assertThat(get(page, "")).startsWith("HTTP/1.1 403").contains("MissingAuthentication");
      assertThat(get(page, bearer(KeyedGateway.WEB_SECRET)))
          .startsWith("HTTP/1.1 403")
          .contains("AccessDeniedException")
          .contains("admin: true");
      assertThat(get(page, bearer(KeyedGateway.ADMIN_SECRET))).startsWith("HTTP/1.1 200");
    }
    assertThat(get("/healthz", "")).startsWith("HTTP/1.1 200");
    assertThat(get("/readyz", "")).startsWith("HTTP/1.1 200");
  }

  @Test
  void whatThereIsShowsOnlyToWhoHasAKey() throws Exception {
    assertThat(get("/nothing", "")).startsWith("HTTP/1.1 403");
    assertThat(get("/nothing", bearer(KeyedGateway.WEB_SECRET))).startsWith("HTTP/1.1 404");
  }

  @Test
  void aRefusedCallersBodyIsReadAndTheConnectionServesOn() throws Exception {
    try (RawHttp raw = new RawHttp(gateway.port())) {
      raw.send(RawHttp.post("/model/chat.model/converse", "x".repeat(200_000)));
      assertThat(raw.readUntil("}")).startsWith("HTTP/1.1 403");
      raw.send(
          RawHttp.post(
              "/model/chat.model/converse",
              BODY,
              "Authorization: Bearer " + KeyedGateway.WEB_SECRET));
      assertThat(raw.readUntil("stopReason")).contains("200 OK");
    }
  }

  @Test
  void aCallerThatAsksFirstIsRefusedBeforeItSends() throws Exception {
    try (RawHttp raw = new RawHttp(gateway.port())) {
      raw.send(asking("X-Nothing: 1", 1_000_000));
      assertThat(raw.readToEnd()).startsWith("HTTP/1.1 403");
    }
    try (RawHttp raw = new RawHttp(gateway.port())) {
      raw.send(asking("Authorization: Bearer " + KeyedGateway.WEB_SECRET, BODY.length()));
      assertThat(raw.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
      assertThat(raw.send(BODY).readUntil("stopReason")).startsWith("HTTP/1.1 200");
    }
  }

  private static String asking(String header, int length) {
    return String.join(
        "\r\n",
        "POST /model/chat.model/converse HTTP/1.1",
        "Host: a",
        "Expect: 100-continue",
        header,
        "Content-Length: " + length,
        "",
        "");
  }

  @Test
  void aKeyHasItsOwnRequestsPerMinuteAndNoTargetIsBlamed() {
    try (KeyedGateway limited =
            new KeyedGateway(
                stack,
                """
                    - { name: slow, secret: "${WEB}", requestsPerMinute: 2 }
                    - { name: admin, secret: "${ADMIN}", admin: true }
                """);
        BedrockRuntimeClient slow = limited.bearerClient(KeyedGateway.WEB_SECRET);
        BedrockRuntimeClient other = limited.bearerClient(KeyedGateway.ADMIN_SECRET)) {
      slow.converse(Calls.converse(KeyedGateway.CHAT));
      slow.converse(Calls.converse(KeyedGateway.CHAT));

      assertThatThrownBy(() -> slow.converse(Calls.converse(KeyedGateway.CHAT)))
          .isInstanceOfSatisfying(
              ThrottlingException.class,
              throttled ->
                  assertThat(
                          throttled
                              .awsErrorDetails()
                              .sdkHttpResponse()
                              .firstMatchingHeader("retry-after"))
                      .get()
                      .satisfies(after -> assertThat(Integer.parseInt(after)).isBetween(55, 61)))
          .hasMessageContaining("the key 'slow'");
      assertThat(stack.emulator().stats().total().arrived()).isEqualTo(2);
      assertThat(other.converse(Calls.converse(KeyedGateway.CHAT)).stopReasonAsString())
          .isEqualTo("end_turn");
    }
  }

  @Test
  void aKeysTokensAreReservedByTheMaximumAndSettledByTheUse() {
    try (KeyedGateway limited =
            new KeyedGateway(
                stack, "    - { name: small, secret: \"${WEB}\", tokensPerMinute: 200 }\n");
        BedrockRuntimeClient client = limited.bearerClient(KeyedGateway.WEB_SECRET)) {
      int answered = 0;
      for (; answered < 50; answered++) {
        try {
          client.converse(Calls.converse(KeyedGateway.CHAT));
        } catch (ThrottlingException e) {
          break;
        }
      }
      assertThat(answered).as("each reserves 100 and a few, and uses 20 and a few").isBetween(3, 5);
    }
  }

  private static void assertForbidden(BedrockRuntimeClient client, String code) {
    assertThatThrownBy(() -> client.converse(Calls.converse(KeyedGateway.CHAT)))
        .isInstanceOfSatisfying(
            BedrockRuntimeException.class,
            refused -> {
              assertThat(refused.statusCode()).isEqualTo(403);
              assertThat(refused.awsErrorDetails().errorCode()).isEqualTo(code);
            });
  }

  private static String bearer(String secret) {
    return "Authorization: Bearer " + secret + "\r\n";
  }

  private String get(String page, String headers) throws Exception {
    return answer(
        "GET " + page + " HTTP/1.1\r\nHost: a\r\n" + headers + "Connection: close\r\n\r\n");
  }

  private String answer(String request) throws Exception {
    try (RawHttp raw = new RawHttp(gateway.port())) {
      return raw.send(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).readToEnd();
    }
  }
}
