package dev.forebay.engine.credentials;

import dev.forebay.engine.Headers;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.sigv4.CanonicalRequest;
import dev.forebay.engine.sigv4.CredentialScope;
import dev.forebay.engine.sigv4.Digests;
import dev.forebay.engine.sigv4.SignedHeaders;
import dev.forebay.engine.sigv4.SigningKey;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs with AWS Signature Version 4 for the service {@code bedrock}. The SDK's signer would do,
 * and would cost a call more than all of the engine's other work for it. Thread-safe.
 */
public final class SigV4Signer implements RequestSigner {
  private static final String SERVICE = "bedrock";
  private static final String DATE = "x-amz-date";
  private static final String SESSION = "x-amz-security-token";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A second, as it is written, and what is signed in it. */
  private record Stamp(long second, String text, CredentialScope scope, String scopeText) {}

  /** A path, and how it is signed. Most calls of a target have the same one. */
  private record SignedPath(String raw, String canonical) {}

  /**
   * Credentials whose texts were found to be fit for headers.
   *
   * @param session null if they have none
   */
  private record Key(
      AwsCredentialsIdentity identity, SigningKey signing, @Nullable String session) {
    static Key of(AwsCredentialsIdentity identity) {
      String session =
          identity instanceof AwsSessionCredentialsIdentity temporary
              ? temporary.sessionToken()
              : null;
      Headers.checkValue(identity.accessKeyId());
      if (session != null) {
        Headers.checkValue(session);
      }
      return new Key(identity, new SigningKey(identity.secretAccessKey()), session);
    }
  }

  private final String service;
  private final String region;
  private final String host;
  private final CredentialsCache<AwsCredentialsIdentity> credentials;
  private volatile @Nullable Stamp stamp;
  private volatile @Nullable Key key;
  private volatile @Nullable SignedPath path;

  SigV4Signer(String region, URI endpoint, CredentialsCache<AwsCredentialsIdentity> credentials) {
    this(SERVICE, region, endpoint, credentials);
  }

  /** For another service of AWS. */
  public SigV4Signer(
      String service,
      String region,
      URI endpoint,
      CredentialsCache<AwsCredentialsIdentity> credentials) {
    this.service = service;
    this.region = region;
    this.host = host(endpoint);
    this.credentials = credentials;
  }

  @Override
  public void sign(String method, String uri, Headers headers, byte[] body)
      throws NoCredentialsException {
    Key by = key(credentials.current());
    Stamp at = at(WallClock.second());
    headers.setUnchecked(Headers.HOST, host).setUnchecked(DATE, at.text());
    if (by.session() != null) {
      headers.setUnchecked(SESSION, by.session());
    }
    SignedHeaders signed = SignedHeaders.of(headers);
    String names = signed.names();
    String hash = Digests.sha256(canonical(method, uri, signed, names, body));
    String scope = at.scopeText();
    String toSign = CredentialScope.ALGORITHM + '\n' + at.text() + '\n' + scope + '\n' + hash;
    headers.setUnchecked(
        Headers.AUTHORIZATION,
        CredentialScope.ALGORITHM
            + " Credential="
            + by.identity().accessKeyId()
            + '/'
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + HexFormat.of().formatHex(by.signing().sign(at.scope(), toSign)));
  }

  private byte[] canonical(
      String method, String uri, SignedHeaders signed, String names, byte[] body) {
    int query = uri.indexOf('?');
    StringBuilder request =
        new StringBuilder(512)
            .append(method)
            .append('\n')
            .append(canonicalPath(query < 0 ? uri : uri.substring(0, query)))
            .append('\n')
            .append(query < 0 ? "" : canonicalQuery(uri.substring(query + 1)))
            .append('\n');
    signed.appendTo(request);
    return request
        .append('\n')
        .append(names)
        .append('\n')
        .append(Digests.sha256(body))
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private String canonicalPath(String raw) {
    SignedPath last = path;
    if (last == null || !last.raw().equals(raw)) {
      last = new SignedPath(raw, CanonicalRequest.encoded(raw, true));
      path = last;
    }
    return last.canonical();
  }

  /** Encoded as the service does it, however the caller did. */
  private static String canonicalQuery(String rawQuery) {
    return CanonicalRequest.canonicalQuery(
        Arrays.stream(rawQuery.split("&", -1))
            .filter(pair -> !pair.isEmpty())
            .map(SigV4Signer::encodedPair)
            .collect(Collectors.joining("&")));
  }

  private static String encodedPair(String pair) {
    int value = pair.indexOf('=');
    return encoded(value < 0 ? pair : pair.substring(0, value))
        + '='
        + (value < 0 ? "" : encoded(pair.substring(value + 1)));
  }

  private static String encoded(String raw) {
    return CanonicalRequest.encoded(URLDecoder.decode(raw, StandardCharsets.UTF_8), false);
  }

  private Stamp at(long second) {
    Stamp last = stamp;
    if (last != null && last.second() == second) {
      return last;
    }
    String text = TIMESTAMP.format(Instant.ofEpochSecond(second));
    CredentialScope scope = new CredentialScope(text.substring(0, 8), region, service);
    Stamp next = new Stamp(second, text, scope, scope.toString());
    stamp = next;
    return next;
  }

  /**
   * Providers give the same object until they fetch again, and then mostly an equal one, for which
   * the derived key stays.
   */
  @SuppressWarnings("ReferenceEquality")
  private Key key(AwsCredentialsIdentity identity) {
    Key last = key;
    if (last != null && last.identity() == identity) {
      return last;
    }
    Key next =
        last != null && last.identity().equals(identity)
            ? new Key(identity, last.signing(), last.session())
            : Key.of(identity);
    key = next;
    return next;
  }

  /** As the HTTP client names it: without the port that the scheme implies. */
  private static String host(URI endpoint) {
    int usual = endpoint.getScheme().equals("https") ? 443 : 80;
    int port = endpoint.getPort();
    return port < 0 || port == usual ? endpoint.getHost() : endpoint.getHost() + ':' + port;
  }

  @Override
  public boolean isReady() {
    return credentials.isReady();
  }

  @Override
  public void whenReady(Runnable action) {
    credentials.whenReady(action);
  }

  @Override
  public void close() {
    credentials.close();
  }
}
