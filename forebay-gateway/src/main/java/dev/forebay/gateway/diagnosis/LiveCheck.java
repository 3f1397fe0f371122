package dev.forebay.gateway.diagnosis;

import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RefusalReason;
import dev.forebay.config.Credentials;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.Headers;
import dev.forebay.engine.credentials.NoCredentialsException;
import dev.forebay.engine.upstream.SignedTarget;
import dev.forebay.engine.upstream.Upstream;
import dev.forebay.gateway.loop.VertxScheduler;
import dev.forebay.gateway.upstream.ConnectionFault;
import dev.forebay.gateway.upstream.SignedPost;
import dev.forebay.gateway.upstream.VertxTransport;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes one smallest call to each target, by the same connections, credentials and signatures as
 * the gateway, and says what is wrong with those that do not work. Where the model has CountTokens
 * that is the call, since it is free; else it is Converse with one output token.
 */
public final class LiveCheck {
  /** An id that no model has: a target without a model is asked for it to prove all else. */
  private static final String NO_MODEL = "forebay.check-v1:0";

  private static final String MESSAGE = "{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}";
  private static final Buffer COUNT =
      Buffer.buffer("{\"input\":{\"converse\":{\"messages\":[" + MESSAGE + "]}}}");
  private static final Buffer CONVERSE =
      Buffer.buffer("{\"messages\":[" + MESSAGE + "],\"inferenceConfig\":{\"maxTokens\":1}}");

  /**
   * What came of one target.
   *
   * @param works whether nothing was found that keeps it from serving calls
   * @param text what was found, and what to do about it; no part of a secret
   */
  public record Result(String target, boolean works, String text) {}

  /**
   * How a target answered.
   *
   * @param error null if it answered well
   */
  private record Answered(int status, @Nullable ErrorInfo error) {}

  private final TargetConfig target;
  private final SignedTarget signed;
  private final VertxTransport transport;
  private final Upstream upstream;

  /** What no text may show. */
  private final List<String> secrets = new ArrayList<>();

  private LiveCheck(TargetConfig target, Vertx vertx) {
    this.target = target;
    this.signed = new SignedTarget(target, new VertxScheduler(vertx));
    this.transport = new VertxTransport(target, vertx);
    this.upstream = new Upstream(signed, transport);
    if (target.credentials() instanceof Credentials.Bearer bearer) {
      secrets.add(bearer.token().reveal());
    } else if (target.credentials() instanceof Credentials.Static fixed) {
      secrets.add(fixed.secretAccessKey().reveal());
      fixed.sessionToken().ifPresent(token -> secrets.add(token.reveal()));
    }
  }

  /**
   * Asks all targets at once.
   *
   * @param patience the longest that all of it may take
   * @return completes with a result for each target, in the order of the file
   */
  public static Future<List<Result>> of(GatewayConfig config, Duration patience, Vertx vertx) {
    List<Future<Result>> results = new ArrayList<>();
    for (TargetConfig target : config.targets().values()) {
      results.add(check(target, patience, vertx));
    }
    return Future.join(results).map(all -> results.stream().map(Future::result).toList());
  }

  private static Future<Result> check(TargetConfig target, Duration patience, Vertx vertx) {
    Promise<Result> found = Promise.promise();
    Context loop = vertx.getOrCreateContext();
    LiveCheck check = new LiveCheck(target, vertx);
    loop.runOnContext(
        run -> Future.succeededFuture().compose(begin -> check.run()).onComplete(found));
    return found
        .future()
        .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .otherwise(
            cause ->
                check.fails(
                    cause instanceof TimeoutException
                        ? LiveDiagnosis.timedOut(check.host(), patience)
                        : "the check itself failed: " + cause.getClass().getSimpleName()))
        .onComplete(done -> check.close());
  }

  private Future<Result> run() {
    Promise<Void> ready = Promise.promise();
    signed.signer().whenReady(ready::complete);
    return ready
        .future()
        .compose(done -> ask(Operation.COUNT_TOKENS, COUNT))
        .compose(
            counted -> {
              ErrorInfo error = counted.error();
              if (error == null) {
                return Future.succeededFuture(works("CountTokens answered, at no cost"));
              }
              return LiveDiagnosis.isAboutCounting(error)
                  ? ask(Operation.CONVERSE, CONVERSE).map(this::converse)
                  : Future.succeededFuture(judged(counted));
            })
        .recover(
            cause ->
                Future.succeededFuture(
                    fails(
                        switch (cause) {
                          case NoCredentialsException none ->
                              LiveDiagnosis.noCredentials(String.valueOf(none.getMessage()));
                          case SignedPost.TooLargeException large ->
                              host() + " is not Bedrock: " + large.getMessage();
                          default ->
                              LiveDiagnosis.unreachable(
                                  host(), target.region(), ConnectionFault.reason(cause));
                        })));
  }

  private Result converse(Answered answered) {
    return answered.error() == null
        ? works("Converse answered with one output token; the model has no CountTokens here")
        : judged(answered);
  }

  private Result judged(Answered answered) {
    ErrorInfo error = answered.error();
    if (error == null) {
      return works("it answered");
    }
    if (target.model().isEmpty()
        && RefusalReason.of(error) == RefusalReason.UNKNOWN_MODEL
        && error.status() < 500) {
      return works("name, certificate and credentials are right; it has no model to try");
    }
    LiveDiagnosis.Finding found = LiveDiagnosis.of(error, target);
    return found.works() ? works(found.text()) : fails(found.text());
  }

  private Future<Answered> ask(Operation operation, Buffer body) {
    String path = upstream.rawPath(operation, target.model().orElse(NO_MODEL));
    Headers headers =
        new Headers()
            .set(Headers.CONTENT_TYPE, "application/json")
            .set(Headers.ACCEPT, "application/json");
    Future<SignedPost.Answer> answer =
        SignedPost.send(transport, signed.signer(), path, headers, body);
    hide(headers.get(Headers.AUTHORIZATION));
    hide(headers.get("x-amz-security-token"));
    return answer.map(came -> answered(came, operation));
  }

  private static Answered answered(SignedPost.Answer answer, Operation operation) {
    int status = answer.status();
    String member = operation == Operation.COUNT_TOKENS ? "inputTokens" : "output";
    if (status == 200) {
      return LiveDiagnosis.hasMember(answer.body(), member)
          ? new Answered(status, null)
          : new Answered(status, LiveDiagnosis.NO_ANSWER);
    }
    return new Answered(status, answer.error());
  }

  private void hide(@Nullable String secret) {
    if (secret != null) {
      secrets.add(secret);
    }
  }

  private Result works(String text) {
    return new Result(target.target().name(), true, shown(text));
  }

  private Result fails(String text) {
    return new Result(target.target().name(), false, shown(text));
  }

  /** An endpoint may repeat in its message what it was sent. */
  private String shown(String text) {
    String shown = text;
    for (String secret : secrets) {
      shown = shown.replace(secret, "***");
    }
    return shown;
  }

  private String host() {
    return upstream.address();
  }

  private void close() {
    upstream.close();
    signed.signer().close();
  }
}
