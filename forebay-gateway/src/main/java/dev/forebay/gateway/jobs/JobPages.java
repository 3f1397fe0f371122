package dev.forebay.gateway.jobs;

import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.http.Refusal;
import dev.forebay.gateway.auth.AuthErrors;
import dev.forebay.gateway.auth.AuthResult;
import dev.forebay.gateway.auth.Caller;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.http.ErrorResponses;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.StoredJob;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code /jobs}: what became of the calls that were left in the queue.
 *
 * <pre>
 * GET    /jobs?state=&amp;limit=&amp;cursor=    GET  /jobs/{id}             GET /jobs/{id}/response
 * DELETE /jobs/{id}                     POST /jobs/{id}/redrive     (operators)
 * </pre>
 */
public final class JobPages {
  private static final String ROOT = "/jobs";
  private static final int USUAL_LIMIT = 50;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final EventLoop loop;
  private final GatewayRuntime runtime;
  private final @Nullable JobService jobService;

  public JobPages(EventLoop loop, GatewayRuntime runtime, @Nullable JobService jobService) {
    this.loop = loop;
    this.runtime = runtime;
    this.jobService = jobService;
  }

  /** Whether a path is one of these. */
  public static boolean has(String rawPath) {
    return rawPath.equals(ROOT) || rawPath.startsWith(ROOT + "/");
  }

  /** Answers the request; false if there is no such page. */
  public boolean handle(HttpServerRequest request, String rawPath) {
    String[] parts = rawPath.split("/", -1);
    Page page = jobService == null ? null : page(request.method(), parts);
    if (jobService == null || page == null) {
      return false;
    }
    switch (runtime.snapshot().authenticator().identify(request)) {
      case AuthResult.Unknown unknown -> ErrorResponses.send(request.response(), unknown.error());
      case AuthResult.Known known ->
          open(page, new Visit(request, jobService, known.caller()), parts);
    }
    return true;
  }

  private enum Page {
    LIST,
    SHOW,
    RESPONSE,
    CANCEL,
    REDRIVE
  }

  /** A request, and its caller. */
  private record Visit(HttpServerRequest request, JobService jobService, Caller caller) {
    HttpServerResponse response() {
      return request.response();
    }
  }

  private static @Nullable Page page(HttpMethod method, String[] parts) {
    String last = parts[parts.length - 1];
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    return switch (parts.length) {
      case 2 -> reads ? Page.LIST : null;
      case 3 ->
          last.isEmpty()
              ? null
              : reads ? Page.SHOW : method.equals(HttpMethod.DELETE) ? Page.CANCEL : null;
      case 4 ->
          reads && last.equals("response")
              ? Page.RESPONSE
              : method.equals(HttpMethod.POST) && last.equals("redrive") ? Page.REDRIVE : null;
      default -> null;
    };
  }

  private void open(Page page, Visit visit, String[] parts) {
    if (page == Page.LIST) {
      list(visit);
      return;
    }
    JobId id;
    try {
      id = JobId.parse(parts[2]);
    } catch (IllegalArgumentException e) {
      refuse(visit, JobErrors.invalid("A " + e.getMessage() + "."));
      return;
    }
    switch (page) {
      case LIST -> {}
      case SHOW -> withJob(visit, id, job -> json(visit, JobJson.job(job)));
      case RESPONSE -> withJob(visit, id, job -> response(visit, job));
      case CANCEL ->
          withJob(
              visit,
              id,
              job ->
                  then(
                      visit,
                      visit.jobService.cancel(id),
                      after -> json(visit, JobJson.job(after))));
      case REDRIVE -> {
        if (visit.caller.admin()) {
          withJob(
              visit,
              id,
              job ->
                  then(
                      visit,
                      visit.jobService.redrive(job),
                      after -> json(visit, JobJson.job(after))));
        } else {
          refuse(visit, AuthErrors.NOT_ADMIN);
        }
      }
    }
  }

  private void list(Visit visit) {
    JobQuery query;
    try {
      query = query(visit);
    } catch (IllegalArgumentException e) {
      refuse(visit, JobErrors.invalid(String.valueOf(e.getMessage())));
      return;
    }
    then(visit, visit.jobService.list(query), page -> json(visit, JobJson.page(page)));
  }

  private static JobQuery query(Visit visit) {
    Optional<String> state = parameter(visit, "state");
    Optional<JobStatus> status = state.map(JobPages::status);
    Optional<JobId> after =
        parameter(visit, "cursor")
            .map(
                text -> {
                  try {
                    return JobId.parse(text);
                  } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                        "The cursor is not the 'next' of an earlier page.", e);
                  }
                });
    return new JobQuery(
        status,
        visit.caller.admin() ? Optional.empty() : Optional.of(visit.caller.name()),
        parameter(visit, "limit").map(JobPages::limit).orElse(USUAL_LIMIT),
        after);
  }

  private static Optional<String> parameter(Visit visit, String name) {
    return Optional.ofNullable(visit.request.getParam(name)).filter(text -> !text.isEmpty());
  }

  private static JobStatus status(String label) {
    return JobStatus.of(label)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no such state; use one of "
                        + Arrays.stream(JobStatus.values())
                            .map(JobStatus::label)
                            .collect(Collectors.joining(", "))
                        + "."));
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= JobQuery.MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // The same answer as to a number out of range.
    }
    throw new IllegalArgumentException("The limit must be 1 to " + JobQuery.MAX_LIMIT + ".");
  }

  private void response(Visit visit, StoredJob job) {
    then(
        visit,
        visit.jobService.result(job.id()),
        result -> {
          if (result.isPresent()) {
            StoredAnswer.give(loop, visit.request, result.get());
          } else {
            refuse(visit, JobErrors.noResponse(job));
          }
        });
  }

  private void withJob(Visit visit, JobId id, Consumer<StoredJob> action) {
    then(
        visit,
        visit.jobService.find(id, visit.caller),
        found -> {
          if (found.isPresent()) {
            action.accept(found.get());
          } else {
            refuse(visit, JobErrors.unknown(id.text()));
          }
        });
  }

  private <T> void then(Visit visit, CompletionStage<T> asked, Consumer<T> action) {
    loop.from(asked)
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                action.accept(answer.result());
              } else {
                Refusal refusal = JobErrors.of(answer.cause());
                ErrorResponses.send(visit.response(), refusal.error(), refusal.retryAfter());
              }
            });
  }

  private static void json(Visit visit, JsonObject json) {
    visit
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(json.encodePrettily() + "\n");
  }

  private static void refuse(Visit visit, ErrorInfo error) {
    if (error.status() == 409) {
      visit.response().putHeader(HeaderRules.RETRY_AFTER, Long.toString(LOOK_AGAIN.toSeconds()));
    }
    ErrorResponses.send(visit.response(), error);
  }
}
