package dev.forebay.engine.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.TargetConfig;
import dev.forebay.engine.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The signature is recomputed here from AWS's description, as the service does. */
class SigV4SignerTest {
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/]+)/((\\d{8})/([^/]+)/bedrock/aws4_request),"
              + " SignedHeaders=([^,]+), Signature=([0-9a-f]{64})");
  private static final String PATH = "/model/us.anthropic.claude-sonnet-4-20250514-v1%3A0/converse";

  @Test
  void theServiceComputesTheSameSignature() throws Exception {
    byte[] body = "{\"messages\":[]}".getBytes(StandardCharsets.UTF_8);
    Headers headers = new Headers().add("content-type", "application/json");
    RequestSigner signer = RequestSigner.of(target(), (millis, action) -> () -> {});
    CompletableFuture<Void> ready = new CompletableFuture<>();
    signer.whenReady(() -> ready.complete(null));
    ready.get(10, TimeUnit.SECONDS);

    signer.sign("POST", PATH, headers, body);

    assertSigned("POST\n" + PATH.replace("%", "%25") + "\n\n", headers, body);
    assertThat(header(headers, "x-amz-security-token")).isEqualTo("session");
    signer.close();
  }

  @Test
  void aQueryIsSignedInOrderAndEncodedHoweverItCame() throws Exception {
    byte[] nothing = {};
    Headers headers = new Headers().add("x-amz-note", "a   b");
    RequestSigner signer = RequestSigner.of(target(), (millis, action) -> () -> {});
    CompletableFuture<Void> ready = new CompletableFuture<>();
    signer.whenReady(() -> ready.complete(null));
    ready.get(10, TimeUnit.SECONDS);

    String query = "?submitTimeAfter=2026-01-01T00:00:00Z&a=b%20c/d&flag";
    signer.sign("GET", "/async-invoke" + query, headers, nothing);

    String canonical = "a=b%20c%2Fd&flag=&submitTimeAfter=2026-01-01T00%3A00%3A00Z";
    assertSigned("GET\n/async-invoke\n" + canonical + "\n", headers, nothing);
    signer.close();
  }

  private static void assertSigned(String begin, Headers headers, byte[] body) throws Exception {

    Matcher authorization = AUTHORIZATION.matcher(header(headers, "authorization"));
    assertThat(authorization.matches()).as(header(headers, "authorization")).isTrue();
    assertThat(authorization.group(1)).isEqualTo("AKID");
    assertThat(authorization.group(4)).isEqualTo("eu-west-1");
    assertThat(authorization.group(5)).contains("host").contains("x-amz-date");
    assertThat(authorization.group(6)).isEqualTo(expected(begin, authorization, headers, body));
  }

  private static String expected(String begin, Matcher authorization, Headers headers, byte[] body)
      throws Exception {
    StringBuilder canonical = new StringBuilder(begin);
    for (String name : authorization.group(5).split(";", -1)) {
      canonical
          .append(name)
          .append(':')
          .append(header(headers, name).trim().replaceAll(" +", " "))
          .append('\n');
    }
    canonical.append('\n').append(authorization.group(5)).append('\n').append(sha256(body));
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            header(headers, "x-amz-date"),
            authorization.group(2),
            sha256(canonical.toString().getBytes(StandardCharsets.UTF_8)));
    byte[] key = "AWS4very-secret".getBytes(StandardCharsets.UTF_8);
    for (String part : authorization.group(2).split("/", -1)) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private static TargetConfig target() {
    return Objects.requireNonNull(
        ConfigFile.parse(
                """
                targets:
                  t: { region: eu-west-1, model: m, credentials: "static:AKID:${SECRET}:${SESSION}" }
                routes: { m: { tiers: [[t]] } }
                """,
                "test",
                Map.of("SECRET", "very-secret", "SESSION", "session"))
            .targets()
            .get("t"));
  }

  private static String header(Headers headers, String name) {
    return Objects.requireNonNull(headers.get(name), name);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
