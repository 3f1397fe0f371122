package dev.forebay.it;

import dev.forebay.core.Seam;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A request signed by hand, from AWS's description: the test of what no SDK at hand does, such as
 * boto3's way of leaving the payload's hash out, and of everything that must not pass.
 */
final class Signed {
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String path;
  private final String body;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private String method = "POST";
  private String accessKeyId = KeyedGateway.WEB_ID;
  private String secret = KeyedGateway.WEB_SECRET;
  private String region = "us-east-1";
  private String service = "bedrock";
  private String query = "";

  Signed(String path, String host, String body) {
    this.path = path;
    this.body = body;
    headers.put("content-type", "application/json");
    headers.put("host", host);
    at(now());
  }

  /** The time that a signature bears. */
  @Seam("the gateway compares it with its own clock")
  static Instant now() {
    return Instant.now();
  }

  Signed method(String other) {
    method = other;
    return this;
  }

  Signed query(String canonical) {
    query = canonical;
    return this;
  }

  Signed by(String id, String otherSecret) {
    accessKeyId = id;
    secret = otherSecret;
    return this;
  }

  Signed scopedTo(String otherRegion, String otherService) {
    region = otherRegion;
    service = otherService;
    return this;
  }

  Signed at(Instant time) {
    return header("x-amz-date", TIMESTAMP.format(time));
  }

  Signed header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Signed without(String name) {
    headers.remove(name);
    return this;
  }

  /** The signed headers, without what the connection adds by itself. */
  Map<String, String> headers() {
    return headers;
  }

  static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  String authorization() throws Exception {
    String names = String.join(";", headers.keySet().stream().sorted().toList());
    StringBuilder canonical =
        new StringBuilder(method + "\n" + path.replace("%", "%25").replace(":", "%3A"))
            .append("\n" + query + "\n");
    headers.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            header ->
                canonical.append(
                    header.getKey() + ":" + header.getValue().trim().replaceAll(" +", " ") + "\n"));
    String hash = headers.getOrDefault("x-amz-content-sha256", sha256(body));
    canonical.append("\n" + names + "\n" + hash);
    String timestamp = headers.getOrDefault("x-amz-date", TIMESTAMP.format(now()));
    String scope = timestamp.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String toSign =
        "AWS4-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n" + sha256(canonical.toString());
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    return "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
        .formatted(accessKeyId, scope, names, HexFormat.of().formatHex(hmac(key, toSign)));
  }

  /** The bytes of an HTTP/1.1 request. */
  String http() throws Exception {
    StringBuilder text =
        new StringBuilder(
            method + " " + path + (query.isEmpty() ? "" : "?" + query) + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    return text.append("Authorization: " + authorization() + "\r\n")
        .append("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n")
        .append(body)
        .toString();
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
