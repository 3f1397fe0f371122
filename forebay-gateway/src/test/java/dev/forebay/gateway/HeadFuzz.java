package dev.forebay.gateway;

import static dev.forebay.gateway.FuzzTargets.check;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.AuthConfig;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.engine.Headers;
import dev.forebay.engine.http.ContentCoding;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.IdempotencyKey;
import dev.forebay.engine.passthrough.PassThroughOperation;
import dev.forebay.engine.reuse.CacheDirectives;
import dev.forebay.engine.sigv4.CanonicalRequest;
import dev.forebay.engine.sigv4.CredentialScope;
import dev.forebay.engine.upstream.ContentDecoder;
import dev.forebay.gateway.admin.DashboardFiles;
import dev.forebay.gateway.auth.AuthResult;
import dev.forebay.gateway.auth.Authenticator;
import dev.forebay.gateway.auth.OriginPolicy;
import dev.forebay.gateway.auth.SigV4Authorization;
import dev.forebay.gateway.http.AddressScope;
import dev.forebay.gateway.http.Preference;
import dev.forebay.gateway.http.RepeatedCall;
import dev.forebay.gateway.http.VertxHeaders;
import dev.forebay.gateway.jobs.JobPages;
import dev.forebay.jobs.JobId;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** Heads of requests and answers, and what stands in them. */
final class HeadFuzz {
  private static final GatewayConfig CONFIG =
      ConfigFile.parse(
          """
          server: { hosts: [gateway.example], corsOrigins: ["https://app.example"] }
          auth:
            keys: [{ name: web, accessKeyId: FBWEB, secret: "${KEY}" }]
          targets:
            one: { region: us-east-1, model: "amazon.nova-lite-v1:0" }
          routes:
            chat: { tiers: [[one]] }
          """,
          "fuzz.yaml",
          Map.of("KEY", "sixteen-chars-at-least"));
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Authenticator AUTHENTICATOR =
      Authenticator.of(CONFIG.auth(), null, () -> NOW, 0);
  private static final List<OriginPolicy> ORIGINS =
      List.of(
          OriginPolicy.of(CONFIG.server(), CONFIG.auth()),
          OriginPolicy.of(CONFIG.server(), new AuthConfig.LoopbackOnly()),
          OriginPolicy.of(CONFIG.server(), new AuthConfig.Open()));
  private static final String JOB = "/jobs/";

  private HeadFuzz() {}

  /** A request's head: its first line, then headers. */
  static void heads(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    String line = in.line();
    MultiMap sent = in.headers();
    Headers headers = VertxHeaders.of(sent);
    Preference.of(headers);
    CacheDirectives.of(headers);
    IdempotencyKey.objection(headers);
    RepeatedCall.is(sent);
    ContentCoding.of(headers);
    for (Headers kept :
        List.of(
            HeaderRules.forTarget(headers, Set.of("x-custom")),
            HeaderRules.forConverse(headers, Set.of("x-custom")),
            HeaderRules.forQueue(headers, Set.of("x-custom")),
            HeaderRules.forCaller(headers))) {
      check(!kept.contains("connection"), "a header of the connection passes");
    }
    check(!HeaderRules.forTarget(headers, Set.of()).contains("cookie"), "a cookie passes");
    HttpServerRequest request = request(line, sent);
    for (OriginPolicy origins : ORIGINS) {
      origins.objection(request, false);
      origins.objection(request, true);
    }
    AUTHENTICATOR.authenticate(request);
  }

  /** A request that is signed: the bytes are its first line, the signature, then other headers. */
  static void sigv4(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    String line = in.line();
    String authorization = in.line();
    MultiMap headers = in.headers();
    try {
      headers.set("authorization", CredentialScope.ALGORITHM + " " + authorization);
    } catch (IllegalArgumentException e) {
      // No header that could come.
    }
    SigV4Authorization.parse(authorization)
        .ifPresent(read -> check(!read.signature().isEmpty(), "no signature"));
    check(
        AUTHENTICATOR.identify(request(line, headers)) instanceof AuthResult.Unknown,
        "a signature that no key makes");
  }

  /** A path, with its query. */
  static void paths(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    ModelPath.parse(text)
        .ifPresent(
            path -> {
              check(path.modelId().length() <= ModelPath.MAX_ID_LENGTH, "a long id");
              ModelPath again =
                  ModelPath.parse(ModelPath.format(path.operation(), path.modelId())).orElseThrow();
              check(again.modelId().equals(path.modelId()), "another model: " + again);
            });
    for (String method : List.of("GET", "POST")) {
      PassThroughOperation.parse(method, text);
    }
    AddressScope.ofLiteral(text);
    AddressScope.isOdd(text);
    CanonicalRequest.encoded(text, true);
    CanonicalRequest.canonicalQuery(text);
    DashboardFiles.isPage(text);
  }

  /** A job's id. */
  static void jobs(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      JobId id = JobId.parse(text);
      check(id.text().equals(text.toUpperCase(Locale.ROOT)), "another id");
      check(id.compareTo(JobId.parse(id.text())) == 0, "an id unlike itself");
      check(JobPages.has(JOB + id), "no path of a job");
    } catch (IllegalArgumentException e) {
      check(e.getMessage() != null, "refused for no reason");
    }
  }

  /** A compressed answer, in one piece and in small ones. */
  static void encodings(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    ContentCoding coding = in.pick(ContentCoding.values());
    byte[] bytes = in.rest();
    String whole = decoded(coding, bytes, bytes.length);
    check(whole.equals(decoded(coding, bytes, 5)), "pieces are read otherwise");
  }

  private static String decoded(ContentCoding coding, byte[] bytes, int piece) {
    int length = 0;
    try (ContentDecoder decoder = new ContentDecoder(coding)) {
      FuzzInput in = new FuzzInput(bytes);
      while (!in.isEmpty()) {
        decoder.feed(ByteBuffer.wrap(in.bytes(Math.max(1, piece))));
        for (var next = decoder.next(); next != null; next = decoder.next()) {
          length += next.remaining();
          if (length >= 1 << 20) {
            return "long";
          }
        }
      }
      return decoder.isComplete() ? "whole, " + length : "cut";
    } catch (DataFormatException e) {
      return "malformed";
    }
  }

  private static HttpServerRequest request(String line, MultiMap headers) {
    int space = line.indexOf(' ');
    String uri = line.substring(space + 1);
    HttpMethod method = HttpMethod.valueOf(line.startsWith("POST ") ? "POST" : "GET");
    return (HttpServerRequest)
        Proxy.newProxyInstance(
            HeadFuzz.class.getClassLoader(),
            new Class<?>[] {HttpServerRequest.class},
            (self, called, arguments) ->
                switch (called.getName()) {
                  case "method" -> method;
                  case "uri" -> uri;
                  case "headers" -> headers;
                  case "getHeader" -> headers.get(arguments[0].toString());
                  case "version" -> HttpVersion.HTTP_1_1;
                  case "isSSL" -> false;
                  case "authority" -> authority(headers);
                  default -> throw new UnsupportedOperationException(called.getName());
                });
  }

  /** As Vert.x has it: null without a Host. */
  private static @Nullable HostAndPort authority(MultiMap headers) {
    String host = headers.get("host");
    return host == null ? null : HostAndPort.parseAuthority(host, -1);
  }
}
