package dev.forebay.gateway.diagnosis;

import dev.forebay.config.Credentials;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.Headers;
import dev.forebay.engine.credentials.CredentialsCache;
import dev.forebay.engine.credentials.NoCredentialsException;
import dev.forebay.engine.credentials.RequestSigner;
import dev.forebay.engine.credentials.SigV4Signer;
import dev.forebay.gateway.loop.VertxScheduler;
import dev.forebay.gateway.upstream.ConnectionFault;
import dev.forebay.gateway.upstream.SignedPost;
import dev.forebay.gateway.upstream.VertxTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Asks Service Quotas what applies to each target in its account and region, by the target's own
 * credentials. They need the permission {@code servicequotas:ListServiceQuotas}.
 */
public final class AppliedQuotas {
  private static final String SERVICE = "servicequotas";
  private static final String LIST = "ServiceQuotasV20190624.ListServiceQuotas";

  /** More pages than Bedrock's quotas fill. */
  private static final int MOST_PAGES = 100;

  /**
   * What was found for one target.
   *
   * @param problem why nothing was; empty if something was
   */
  public record Result(
      String target,
      String region,
      String model,
      OptionalLong requestsPerMinute,
      OptionalLong tokensPerMinute,
      Optional<String> problem) {}

  private final TargetConfig target;
  private final URI endpoint;
  private final CredentialsCache<AwsCredentialsIdentity> credentials;
  private final RequestSigner signer;
  private final VertxTransport transport;

  private AppliedQuotas(TargetConfig target, Optional<URI> endpoint, Vertx vertx) {
    this.target = target;
    String domain = target.region().startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    this.endpoint =
        endpoint.orElseGet(
            () -> URI.create("https://%s.%s.%s".formatted(SERVICE, target.region(), domain)));
    this.credentials = CredentialsCache.of(target, new VertxScheduler(vertx));
    this.signer = new SigV4Signer(SERVICE, target.region(), this.endpoint, credentials);
    TargetConfig there =
        new TargetConfig(
            target.target(),
            target.region(),
            target.model(),
            this.endpoint,
            new Credentials.Anonymous(),
            target.serviceTier(),
            target.wire());
    this.transport = new VertxTransport(there, vertx);
  }

  /**
   * Asks for all targets at once.
   *
   * @param endpoint Service Quotas' own in each region by default
   * @param patience the longest that all of it may take
   */
  public static Future<List<Result>> of(
      GatewayConfig config, Optional<URI> endpoint, Duration patience, Vertx vertx) {
    List<Future<Result>> results = new ArrayList<>();
    for (TargetConfig target : config.targets().values()) {
      results.add(of(target, endpoint, patience, vertx));
    }
    return Future.join(results).map(all -> results.stream().map(Future::result).toList());
  }

  private static Future<Result> of(
      TargetConfig target, Optional<URI> endpoint, Duration patience, Vertx vertx) {
    if (target.model().isEmpty()) {
      return Future.succeededFuture(none(target, "it has no model"));
    }
    if (target.credentials() instanceof Credentials.Bearer
        || target.credentials() instanceof Credentials.Anonymous) {
      return Future.succeededFuture(
          none(
              target,
              "Service Quotas takes AWS credentials only, and this target has a bearer token or"
                  + " none"));
    }
    Promise<Result> found = Promise.promise();
    Context loop = vertx.getOrCreateContext();
    AppliedQuotas quotas = new AppliedQuotas(target, endpoint, vertx);
    loop.runOnContext(
        run ->
            quotas
                .ready()
                .compose(done -> quotas.page("", new ArrayList<>(), 1))
                .map(quotas::result)
                .onComplete(found));
    return found
        .future()
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(cause -> none(target, quotas.reason(cause)))
        .onComplete(done -> quotas.close());
  }

  private Future<Void> ready() {
    Promise<Void> ready = Promise.promise();
    signer.whenReady(ready::complete);
    return ready.future();
  }

  /** An answer that is none. */
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  private Future<List<JsonObject>> page(String token, List<JsonObject> before, int number) {
    JsonObject request = new JsonObject().put("ServiceCode", "bedrock").put("MaxResults", 100);
    if (!token.isEmpty()) {
      request.put("NextToken", token);
    }
    Buffer body = request.toBuffer();
    Headers headers =
        new Headers()
            .set(Headers.CONTENT_TYPE, "application/x-amz-json-1.1")
            .set("x-amz-target", LIST);
    return SignedPost.send(transport, signer, path(), headers, body)
        .map(AppliedQuotas::read)
        .compose(
            answer -> {
              JsonArray quotas = answer.getJsonArray("Quotas", new JsonArray());
              quotas.forEach(
                  each -> {
                    if (each instanceof JsonObject quota) {
                      before.add(quota);
                    }
                  });
              String next = answer.getString("NextToken", "");
              return next.isEmpty() || number >= MOST_PAGES
                  ? Future.succeededFuture(before)
                  : page(next, before, number + 1);
            });
  }

  private String path() {
    String path = endpoint.getRawPath();
    return path == null || path.isEmpty() ? "/" : path.endsWith("/") ? path : path + '/';
  }

  private static JsonObject read(SignedPost.Answer answer) {
    if (answer.status() != 200) {
      ErrorInfo error = answer.error();
      boolean denied = answer.status() == 400 && error.type().startsWith("AccessDenied");
      throw new RefusedException(
          error.label()
              + (denied || answer.status() == 403
                  ? "; allow servicequotas:ListServiceQuotas"
                  : ""));
    }
    try {
      JsonObject page = new JsonObject(answer.body());
      page.getJsonArray("Quotas", new JsonArray());
      return page;
    } catch (DecodeException | ClassCastException e) {
      throw new RefusedException("what answers is not Service Quotas");
    }
  }

  private Result result(List<JsonObject> quotas) {
    String model = target.model().orElseThrow();
    OptionalLong requests = OptionalLong.empty();
    OptionalLong tokens = OptionalLong.empty();
    for (JsonObject quota : quotas) {
      Optional<QuotaNames.Named> named = QuotaNames.parse(quota.getString("QuotaName", ""));
      if (named.isPresent()
          && QuotaNames.isOf(named.get(), model)
          && quota.getValue("Value") instanceof Number value
          && value.doubleValue() >= 1) {
        if (named.get().unit() == QuotaNames.Unit.TOKENS) {
          tokens = OptionalLong.of(value.longValue());
        } else {
          requests = OptionalLong.of(value.longValue());
        }
      }
    }
    return requests.isEmpty() && tokens.isEmpty()
        ? none(target, "no quota matches this model (%d checked)".formatted(quotas.size()))
        : new Result(
            target.target().name(), target.region(), model, requests, tokens, Optional.empty());
  }

  private static Result none(TargetConfig target, String problem) {
    return new Result(
        target.target().name(),
        target.region(),
        target.model().orElse("any model"),
        OptionalLong.empty(),
        OptionalLong.empty(),
        Optional.of(problem));
  }

  private String reason(Throwable cause) {
    return switch (cause) {
      case NoCredentialsException e -> String.valueOf(e.getMessage());
      case RefusedException e -> String.valueOf(e.getMessage());
      case SignedPost.TooLargeException e ->
          endpoint.getHost() + " is not Service Quotas: " + e.getMessage();
      case TimeoutException e -> "no answer from " + endpoint.getHost();
      default ->
          "could not connect to %s: %s"
              .formatted(endpoint.getHost(), ConnectionFault.reason(cause));
    };
  }

  private void close() {
    transport.close();
    credentials.close();
  }
}
