package dev.forebay.gateway.jobs;

import dev.forebay.config.RouteConfig;
import dev.forebay.core.Call;
import dev.forebay.core.Route;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.http.CallHeaders;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.IdempotencyKey;
import dev.forebay.engine.http.Refusal;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.gateway.auth.Caller;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.config.ConfigSnapshot;
import dev.forebay.gateway.http.ErrorResponses;
import dev.forebay.gateway.http.Preference;
import dev.forebay.gateway.jobs.CallbackRules.Allowed;
import dev.forebay.gateway.jobs.CallbackRules.Denied;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoredJob;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A call that may be answered later, from its last byte until it is answered: with its job's name,
 * or if it asked to wait, with the model's answer. Lives on one event loop.
 */
public final class Submission {
  private static final Duration FIRST_POLL = Duration.ofMillis(10);
  private static final Duration LAST_POLL = Duration.ofMillis(500);

  private final GatewayRuntime runtime;
  private final EventLoop loop;
  private final ConfigSnapshot snapshot;
  private final JobService jobService;
  private final ModelRequest asked;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Route route;
  private final Call call;
  private final Preference preference;
  private final Duration wait;
  private final int bytes;
  private Duration eta = Duration.ZERO;
  private boolean over;

  private Submission(
      EventLoop loop,
      GatewayRuntime runtime,
      ConfigSnapshot snapshot,
      JobService jobService,
      ModelRequest asked,
      HttpServerRequest request,
      Route route,
      Call call,
      Preference preference) {
    this.runtime = runtime;
    this.loop = loop;
    this.snapshot = snapshot;
    this.jobService = jobService;
    this.asked = asked;
    this.request = request;
    this.response = request.response();
    this.route = route;
    this.call = call;
    this.preference = preference;
    this.wait = shorter(preference.readyWithin(), route.deadline());
    this.bytes = asked.body().length;
  }

  /** Leaves the call in the queue; or says why not. */
  public static Optional<Refusal> begin(
      EventLoop loop,
      GatewayRuntime runtime,
      ConfigSnapshot snapshot,
      JobService jobService,
      ModelRequest asked,
      HttpServerRequest request,
      Route route,
      Call call,
      RouteConfig.Queue queue,
      Preference preference) {
    if (call.patience().toMillis() < 1) {
      return Optional.of(new Refusal(JobErrors.BAD_DEADLINE));
    }
    Optional<URI> callback = Optional.empty();
    String wanted = asked.headers().get(HeaderRules.CALLBACK);
    if (wanted != null) {
      switch (jobService.callbackRules().judge(wanted)) {
        case Denied denied -> {
          return Optional.of(new Refusal(denied.error()));
        }
        case Allowed allowed -> callback = Optional.of(allowed.uri());
      }
    }
    if (!jobService.bodies().take(asked.body().length, asked.body().length)) {
      loop.memory().refuse();
      return Optional.of(JobErrors.overloaded());
    }
    new Submission(loop, runtime, snapshot, jobService, asked, request, route, call, preference)
        .submit(queue, callback, IdempotencyKey.of(asked.headers()));
    return Optional.empty();
  }

  private void submit(RouteConfig.Queue queue, Optional<URI> callback, Optional<String> key) {
    // Not the call's patience: that of a direct call is the route's deadline where it says nothing.
    Duration time =
        shorter(
            CallHeaders.deadline(request::getHeader).orElse(call.patience()), queue.expireAfter());
    response.closeHandler(closed -> over());
    response.exceptionHandler(broken -> over());
    loop.from(
            jobService
                .eta(route, call)
                .thenCompose(
                    foreseen ->
                        foreseen.compareTo(time) > 0
                            ? CompletableFuture.failedFuture(new TooLateException(foreseen, time))
                            : jobService
                                .accept(job(time, callback, key))
                                .thenApply(accepted -> new Left(accepted, foreseen))))
        .onComplete(
            left -> {
              jobService.bodies().give(bytes);
              if (left.succeeded()) {
                accepted(left.result());
              } else {
                refused(left.cause());
              }
            });
  }

  private record Left(Accepted accepted, Duration eta) {}

  /** The job would be answered after its deadline. */
  private static final class TooLateException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Duration eta;
    private final transient Duration time;

    TooLateException(Duration eta, Duration time) {
      super("too late", null, false, false);
      this.eta = eta;
      this.time = time;
    }
  }

  private NewJob job(Duration time, Optional<URI> callback, Optional<String> key) {
    Instant now = WallClock.now();
    Job job =
        new Job(
            jobService.nextId(),
            call.tenant(),
            route.name(),
            asked.path().operation().suffix(),
            asked.path().rawModelId(),
            call.priority(),
            now,
            now.plus(time),
            Math.max(1, (long) call.inputTokens() + call.maxOutputTokens()),
            callback);
    return new NewJob(
        job,
        new JobRequest(
            StoredAnswer.list(
                HeaderRules.forQueue(asked.headers(), snapshot.forwardedHeaders(route.name()))),
            Content.of(asked.body())),
        key);
  }

  private void accepted(Left left) {
    eta = left.accepted.created() ? left.eta : Duration.ZERO;
    StoredJob job = left.accepted.job();
    if (left.accepted.created()) {
      runtime.live().queued(route.name());
    }
    if (wait.isZero()) {
      answerLater(job);
    } else {
      poll(job, loop.ticker().nanos() + wait.toNanos(), FIRST_POLL);
    }
  }

  /** The caller waits for a while; the store is asked, as the answer may come from elsewhere. */
  private void poll(StoredJob job, long untilNanos, Duration pause) {
    if (over) {
      return;
    }
    if (job.state().status().isFinal()) {
      answerNow(job);
      return;
    }
    long left = untilNanos - loop.ticker().nanos();
    if (left <= 0) {
      answerLater(job);
      return;
    }
    long next = Math.min(left, pause.toNanos());
    loop.vertx()
        .setTimer(
            loop.ticker().timerMillis(next),
            id ->
                loop.from(jobService.find(job.id(), Caller.ANYONE))
                    .onComplete(
                        found ->
                            poll(
                                found.succeeded() ? found.result().orElse(job) : job,
                                untilNanos,
                                shorter(pause.plus(pause.dividedBy(2)), LAST_POLL))));
  }

  private void answerNow(StoredJob job) {
    boolean hasAnswer =
        job.state().status() == JobStatus.DONE || job.state().status() == JobStatus.FAILED;
    if (!hasAnswer) {
      answerLater(job);
      return;
    }
    loop.from(jobService.result(job.id()))
        .onComplete(
            result -> {
              if (over) {
                return;
              }
              if (result.succeeded() && result.result().isPresent()) {
                response.putHeader(HeaderRules.CONTENT_LOCATION, "/jobs/" + job.id() + "/response");
                response.putHeader(
                    HeaderRules.PREFERENCE_APPLIED, "wait=" + preference.readyWithin().toSeconds());
                finish(StoredAnswer.give(loop, request, result.result().get()));
              } else {
                answerLater(job);
              }
            });
  }

  private void answerLater(StoredJob job) {
    if (over) {
      return;
    }
    response
        .setStatusCode(202)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HeaderRules.LOCATION, "/jobs/" + job.id())
        .putHeader(HeaderRules.PREFERENCE_APPLIED, preference.applied());
    finish(response.end(JobJson.accepted(job, eta).encode()));
  }

  private void refused(Throwable cause) {
    if (over) {
      return;
    }
    Throwable known = JobErrors.known(cause);
    Refusal refusal =
        known instanceof TooLateException late
            ? JobErrors.tooLate(late.eta, late.time)
            : JobErrors.of(known);
    finish(ErrorResponses.send(response, refusal.error(), refusal.retryAfter()));
  }

  private void finish(Future<Void> sent) {
    sent.onComplete(done -> over());
  }

  /** Once: the answer is out, or the caller has left. */
  private void over() {
    if (!over) {
      over = true;
      loop.memory().give(bytes);
      runtime.callEnded(snapshot);
    }
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
