package dev.forebay.gateway.auth;

import dev.forebay.config.AuthConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.admission.CallerRateLimit;
import dev.forebay.engine.sigv4.CanonicalRequest;
import dev.forebay.engine.sigv4.CredentialScope;
import dev.forebay.engine.sigv4.Digests;
import dev.forebay.engine.sigv4.SigningKey;
import dev.forebay.gateway.auth.AuthResult.Identity;
import dev.forebay.gateway.auth.AuthResult.Known;
import dev.forebay.gateway.auth.AuthResult.Signed;
import dev.forebay.gateway.auth.AuthResult.Unknown;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the caller of a request: by a bearer token, or by a signature of AWS Signature Version
 * 4 with an access key of the gateway's own. Thread-safe.
 *
 * <p>Tokens are looked up by a hash that is salted anew in each process, and signatures compared in
 * constant time; for an access key that does not exist a signature is computed all the same. So the
 * time that a refusal takes says nothing of what the right secret is.
 */
public final class Authenticator {
  private static final String BEARER = "bearer ";
  private static final String SERVICE = "bedrock";
  private static final String DATE = "x-amz-date";
  private static final String CONTENT_HASH = "x-amz-content-sha256";

  /** AWS's own. */
  private static final Duration MAX_SKEW = Duration.ofMinutes(15);

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  private record AccessKey(Caller caller, SigningKey key) {}

  private final InstantSource clock;
  private final boolean open;
  private final Map<AuthConfig.Key, CallerRateLimit> rateLimits = new HashMap<>();
  private final byte[] salt = random();
  private final Map<String, Caller> byToken = new HashMap<>();
  private final Map<String, AccessKey> byAccessKeyId = new HashMap<>();

  /** Checks the signature of a request with an unknown key, in the same time as for a known one. */
  private final AccessKey unknownKey =
      new AccessKey(Caller.ANYONE, new SigningKey(HexFormat.of().formatHex(random())));

  private Authenticator(InstantSource clock, boolean open) {
    this.clock = clock;
    this.open = open;
  }

  /**
   * Knows the callers that have these keys.
   *
   * @param before the one in force until now: a key whose limits are the same keeps its use
   */
  public static Authenticator of(
      AuthConfig auth, @Nullable Authenticator before, InstantSource clock, long nowNanos) {
    return switch (auth) {
      case AuthConfig.LoopbackOnly local -> new Authenticator(clock, true);
      case AuthConfig.Open anyone -> new Authenticator(clock, true);
      case AuthConfig.Keys keys -> {
        Authenticator known = new Authenticator(clock, false);
        keys.keys().forEach(key -> known.add(key, rateLimit(key, before, nowNanos)));
        yield known;
      }
    };
  }

  private static CallerRateLimit rateLimit(
      AuthConfig.Key key, @Nullable Authenticator before, long nowNanos) {
    if (before != null) {
      for (Map.Entry<AuthConfig.Key, CallerRateLimit> known : before.rateLimits.entrySet()) {
        if (known.getKey().hasLimitsOf(key)) {
          return known.getValue();
        }
      }
    }
    return Caller.rateLimitOf(key, nowNanos);
  }

  private void add(AuthConfig.Key key, CallerRateLimit rateLimit) {
    Caller caller = Caller.of(key, rateLimit);
    rateLimits.put(key, rateLimit);
    byToken.put(salted(key.secret().reveal()), caller);
    key.accessKeyId()
        .ifPresent(
            id ->
                byAccessKeyId.put(
                    id, new AccessKey(caller, new SigningKey(key.secret().reveal()))));
  }

  /** The caller with the key of that name; empty once the key is removed. */
  public Optional<Caller> named(String key) {
    return byToken.values().stream().filter(caller -> caller.name().equals(key)).findFirst();
  }

  /** What the head of a request says of its caller. */
  public AuthResult authenticate(HttpServerRequest request) {
    if (open) {
      return new Known(Caller.ANYONE);
    }
    List<String> authorization = request.headers().getAll(HttpHeaders.AUTHORIZATION);
    if (authorization.isEmpty()) {
      return new Unknown(AuthErrors.MISSING);
    }
    String value = authorization.getFirst();
    if (authorization.size() > 1) {
      return new Unknown(AuthErrors.INCOMPLETE);
    }
    if (value.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      Caller caller = byToken.get(salted(value.substring(BEARER.length()).trim()));
      return caller == null ? new Unknown(AuthErrors.BAD_TOKEN) : new Known(caller);
    }
    return SigV4Authorization.parse(value)
        .map(signed -> signed(request, signed))
        .orElseGet(() -> new Unknown(AuthErrors.INCOMPLETE));
  }

  /** The caller of a request that has no body. */
  public Identity identify(HttpServerRequest request) {
    return authenticate(request).judge(new byte[0]);
  }

  private AuthResult signed(HttpServerRequest request, SigV4Authorization signed) {
    String timestamp = request.headers().get(DATE);
    Optional<CanonicalRequest> canonical = canonical(request, signed.signedHeaders());
    boolean complete = signed.signs(DATE) && (signed.signs("host") || signed.signs(":authority"));
    if (timestamp == null || canonical.isEmpty() || !complete) {
      return new Unknown(AuthErrors.INCOMPLETE);
    }
    ErrorInfo wrong = problem(signed, timestamp);
    if (wrong != null) {
      return new Unknown(wrong);
    }
    String hash = request.headers().get(CONTENT_HASH);
    String payload = hash == null || !signed.signs(CONTENT_HASH) ? "" : hash;
    if (!isAcceptable(payload, request.isSSL())) {
      return new Unknown(AuthErrors.UNSIGNED_PAYLOAD);
    }
    boolean known = byAccessKeyId.containsKey(signed.accessKeyId());
    AccessKey key = byAccessKeyId.getOrDefault(signed.accessKeyId(), unknownKey);
    SigV4Claim claim =
        new SigV4Claim(key.caller, key.key, signed, timestamp, canonical.get(), payload);
    return claim.fitsHead() && known ? new Signed(claim) : new Unknown(AuthErrors.BAD_SIGNATURE);
  }

  private @Nullable ErrorInfo problem(SigV4Authorization signed, String timestamp) {
    CredentialScope scope = signed.scope();
    if (!scope.service().equals(SERVICE) || !timestamp.startsWith(scope.date() + 'T')) {
      return AuthErrors.WRONG_SERVICE;
    }
    Instant now = clock.instant();
    try {
      Instant then = LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
      if (Duration.between(then, now).abs().compareTo(MAX_SKEW) <= 0) {
        return null;
      }
    } catch (DateTimeParseException e) {
      return AuthErrors.INCOMPLETE;
    }
    return AuthErrors.outOfTime(timestamp, TIMESTAMP.format(now.atOffset(ZoneOffset.UTC)));
  }

  /** Over plaintext anyone on the way could change a payload that is not signed. */
  private static boolean isAcceptable(String payload, boolean tls) {
    return payload.isEmpty()
        || payload.length() == SigV4Claim.HASH_LENGTH
        || (payload.equals(SigV4Claim.UNSIGNED_PAYLOAD) && tls);
  }

  private String salted(String token) {
    return HexFormat.of().formatHex(Digests.hmac(salt, token));
  }

  private static byte[] random() {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    return random;
  }

  private static Optional<CanonicalRequest> canonical(
      HttpServerRequest request, List<String> signedHeaders) {
    HostAndPort authority = request.authority();
    return CanonicalRequest.of(
        request.method().name(),
        request.uri(),
        request.headers()::getAll,
        authority == null ? null : show(authority),
        signedHeaders);
  }

  private static String show(HostAndPort authority) {
    return authority.port() < 0 ? authority.host() : authority.host() + ':' + authority.port();
  }
}
