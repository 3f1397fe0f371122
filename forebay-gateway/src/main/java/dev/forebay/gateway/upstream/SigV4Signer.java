package dev.forebay.gateway.upstream;

import dev.forebay.gateway.auth.SigV4Authorization;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.Digests;
import dev.forebay.gateway.loop.WallClock;
import dev.forebay.gateway.sigv4.CanonicalRequest;
import dev.forebay.gateway.sigv4.CredentialScope;
import dev.forebay.gateway.sigv4.SigningKey;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs with AWS Signature Version 4 for the service {@code bedrock}. The SDK's signer would do,
 * and would cost a call more than all of the rest that the gateway does with it. Thread-safe.
 */
public final class SigV4Signer implements RequestSigner {
  private static final String SERVICE = "bedrock";
  private static final CharSequence DATE = HttpHeaders.createOptimized("x-amz-date");
  private static final CharSequence SESSION = HttpHeaders.createOptimized("x-amz-security-token");
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A second, as it is written, and what is signed in it. */
  private record Stamp(long second, String text, CredentialScope scope) {}

  private record Key(AwsCredentialsIdentity identity, SigningKey signing) {}

  private final String service;
  private final String region;
  private final String host;
  private final CredentialsCache credentials;
  private volatile @Nullable Stamp stamp;
  private volatile @Nullable Key key;

  SigV4Signer(String region, URI endpoint, CredentialsCache credentials) {
    this(SERVICE, region, endpoint, credentials);
  }

  /** For another service of AWS. */
  public SigV4Signer(String service, String region, URI endpoint, CredentialsCache credentials) {
    this.service = service;
    this.region = region;
    this.host = host(endpoint);
    this.credentials = credentials;
  }

  @Override
  public void sign(String method, String uri, MultiMap headers, Buffer body)
      throws NoCredentialsException {
    AwsCredentialsIdentity identity = credentials.current();
    Stamp at = at(WallClock.now());
    headers.set(HttpHeaders.HOST, host).set(DATE, at.text());
    if (identity instanceof AwsSessionCredentialsIdentity session) {
      headers.set(SESSION, session.sessionToken());
    }
    Map<String, String> signed = new TreeMap<>();
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (mustBeSigned(name)) {
        signed.merge(name, CanonicalRequest.trimmed(header.getValue()), (a, b) -> a + ',' + b);
      }
    }
    String names = String.join(";", signed.keySet());
    String hash = Digests.sha256(canonical(method, uri, signed, names, body));
    String scope = at.scope().toString();
    String toSign = SigV4Authorization.ALGORITHM + '\n' + at.text() + '\n' + scope + '\n' + hash;
    headers.set(
        HttpHeaders.AUTHORIZATION,
        SigV4Authorization.ALGORITHM
            + " Credential="
            + identity.accessKeyId()
            + '/'
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + HexFormat.of().formatHex(key(identity).sign(at.scope(), toSign)));
  }

  private static byte[] canonical(
      String method, String uri, Map<String, String> signed, String names, Buffer body) {
    int query = uri.indexOf('?');
    StringBuilder request =
        new StringBuilder(512)
            .append(method)
            .append('\n')
            .append(CanonicalRequest.encoded(query < 0 ? uri : uri.substring(0, query), true))
            .append('\n')
            .append(query < 0 ? "" : canonicalQuery(uri))
            .append('\n');
    signed.forEach((name, value) -> request.append(name).append(':').append(value).append('\n'));
    return request
        .append('\n')
        .append(names)
        .append('\n')
        .append(Digests.sha256(Bytes.of(body)))
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Encoded as the service does it, however the caller did. */
  private static String canonicalQuery(String uri) {
    return CanonicalRequest.canonicalQuery(
        new QueryStringDecoder(uri)
            .parameters().entrySet().stream()
                .flatMap(each -> each.getValue().stream().map(value -> pair(each.getKey(), value)))
                .collect(Collectors.joining("&")));
  }

  private static String pair(String name, String value) {
    return CanonicalRequest.encoded(name, false) + '=' + CanonicalRequest.encoded(value, false);
  }

  /** AWS asks for these; others may hold characters whose signed form differs from what is sent. */
  private static boolean mustBeSigned(String name) {
    return name.equals("content-type") || name.equals("host") || name.startsWith("x-amz-");
  }

  private Stamp at(Instant now) {
    Stamp last = stamp;
    if (last != null && last.second() == now.getEpochSecond()) {
      return last;
    }
    String text = TIMESTAMP.format(now);
    CredentialScope scope = new CredentialScope(text.substring(0, 8), region, service);
    Stamp next = new Stamp(now.getEpochSecond(), text, scope);
    stamp = next;
    return next;
  }

  private SigningKey key(AwsCredentialsIdentity identity) {
    Key last = key;
    if (last != null && last.identity().equals(identity)) {
      return last.signing();
    }
    Key next = new Key(identity, new SigningKey(identity.secretAccessKey()));
    key = next;
    return next.signing();
  }

  /** As the HTTP client names it: without the port that the scheme implies. */
  private static String host(URI endpoint) {
    int usual = endpoint.getScheme().equals("https") ? 443 : 80;
    int port = endpoint.getPort();
    return port < 0 || port == usual ? endpoint.getHost() : endpoint.getHost() + ':' + port;
  }

  @Override
  public Future<Void> ready() {
    return credentials.ready();
  }

  @Override
  public void close() {
    credentials.close();
  }
}
