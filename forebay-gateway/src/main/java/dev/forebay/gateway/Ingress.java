package dev.forebay.gateway;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.core.ErrorInfo;
import dev.forebay.engine.passthrough.PassThroughOperation;
import dev.forebay.gateway.admin.DashboardFiles;
import dev.forebay.gateway.admin.EventFeed;
import dev.forebay.gateway.admin.MetricsPage;
import dev.forebay.gateway.auth.AuthErrors;
import dev.forebay.gateway.auth.AuthResult;
import dev.forebay.gateway.auth.OriginPolicy;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.call.LoopCalls;
import dev.forebay.gateway.http.BodyIntake;
import dev.forebay.gateway.http.ErrorResponses;
import dev.forebay.gateway.jobs.JobPages;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.passthrough.PassThroughCalls;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Classifies a request by its raw path: a model call, an operator's page, or neither. */
final class Ingress {
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  private static final Duration VIEWER_RETRY = Duration.ofSeconds(10);
  private static final ErrorInfo TOO_MANY_VIEWERS =
      new ErrorInfo(
          503,
          "ServiceUnavailableException",
          "The limit of %d viewers of the events is reached.".formatted(EventFeed.MAX_VIEWERS));

  private static final String BIDIRECTIONAL = "/invoke-with-bidirectional-stream";
  private static final ErrorInfo NOT_CARRIED =
      new ErrorInfo(
          400,
          "ValidationException",
          "This gateway does not carry InvokeModelWithBidirectionalStream. Call Bedrock for it"
              + " directly.");

  private final EventLoop loop;
  private final GatewayRuntime runtime;
  private final Parts parts;
  private final ModelCalls models;
  private final PassThroughCalls passThrough;
  private final JobPages jobs;
  private final MetricsPage metricsPage;

  Ingress(LoopCalls on, Parts parts, MetricsPage metricsPage) {
    this.loop = on.loop();
    this.runtime = parts.runtime();
    this.parts = parts;
    this.models = new ModelCalls(on, runtime, parts.pipeline(), parts.jobService());
    this.passThrough = new PassThroughCalls(on, runtime);
    this.jobs = new JobPages(loop, runtime, parts.jobService());
    this.metricsPage = metricsPage;
  }

  void handle(HttpServerRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    String rawPath = query < 0 ? uri : uri.substring(0, query);
    OriginPolicy origins = runtime.snapshot().origins();
    ErrorInfo objection = origins.objection(request, DashboardFiles.isPage(rawPath));
    if (objection != null) {
      BodyIntake.refuseAtOnce(loop.timers(), loop.ticker(), request, objection);
      return;
    }
    if (origins.cors(request)) {
      return;
    }
    if (isRead(request.method()) && openPage(request, rawPath)) {
      return;
    }
    if (JobPages.has(rawPath) && jobs.handle(request, rawPath)) {
      return;
    }
    Optional<PassThroughOperation> operation =
        PassThroughOperation.parse(request.method().name(), rawPath);
    if (operation.isPresent()) {
      passThrough.accept(request, operation.get());
      return;
    }
    if (rawPath.startsWith("/model/") && rawPath.endsWith(BIDIRECTIONAL)) {
      ErrorInfo why =
          runtime.snapshot().authenticator().authenticate(request)
                  instanceof AuthResult.Unknown unknown
              ? unknown.error()
              : NOT_CARRIED;
      BodyIntake.refuseAtOnce(loop.timers(), loop.ticker(), request, why);
      return;
    }
    if (request.method().equals(HttpMethod.POST)) {
      Optional<ModelPath> path = ModelPath.parse(rawPath);
      if (path.isPresent()) {
        models.accept(request, path.get());
        return;
      }
    } else if (isRead(request.method())) {
      switch (rawPath) {
        case "/api/status" -> {
          operatorsPage(request, () -> page(JSON, parts.status().json()));
          return;
        }
        case "/api/events" -> {
          events(request);
          return;
        }
        case "/metrics" -> {
          operatorsPage(request, () -> metricsPage.page(request.getHeader(HttpHeaders.ACCEPT)));
          return;
        }
        default -> {}
      }
    }
    if (runtime.snapshot().authenticator().authenticate(request)
        instanceof AuthResult.Unknown unknown) {
      ErrorResponses.send(request.response(), unknown.error());
    } else {
      ErrorResponses.send(request.response(), unknownOperation(request.method(), rawPath));
    }
  }

  /** What a load balancer asks for, which has no key, and the dashboard, which asks for one. */
  private boolean openPage(HttpServerRequest request, String rawPath) {
    switch (rawPath) {
      case "/healthz" -> send(request, 200, page(PLAIN, "ok\n"));
      case "/readyz" -> {
        boolean ready = !runtime.draining();
        send(request, ready ? 200 : 503, page(PLAIN, ready ? "ready\n" : "draining\n"));
      }
      default -> {
        return parts.dashboard().serve(request, rawPath);
      }
    }
    return true;
  }

  private void events(HttpServerRequest request) {
    ErrorInfo refused = operatorRefused(request);
    if (refused != null) {
      ErrorResponses.send(request.response(), refused);
    } else if (request.method().equals(HttpMethod.HEAD)) {
      request.response().end();
    } else if (!parts.feed().open(request)) {
      ErrorResponses.send(request.response(), TOO_MANY_VIEWERS, VIEWER_RETRY);
    }
  }

  private void operatorsPage(HttpServerRequest request, Supplier<MetricsPage.Page> page) {
    ErrorInfo refused = operatorRefused(request);
    if (refused != null) {
      ErrorResponses.send(request.response(), refused);
    } else {
      send(request, 200, page.get());
    }
  }

  /** Why the caller may not see the operator's pages; null if it may. */
  private @Nullable ErrorInfo operatorRefused(HttpServerRequest request) {
    return switch (runtime.snapshot().authenticator().identify(request)) {
      case AuthResult.Unknown unknown -> unknown.error();
      case AuthResult.Known known -> known.caller().admin() ? null : AuthErrors.NOT_ADMIN;
    };
  }

  private static MetricsPage.Page page(String type, String text) {
    return new MetricsPage.Page(type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpServerRequest request, int status, MetricsPage.Page page) {
    HttpServerResponse response = request.response();
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, page.contentType());
    if (request.method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(Buffer.buffer(page.body()));
    }
  }

  private static boolean isRead(HttpMethod method) {
    return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  private static ErrorInfo unknownOperation(HttpMethod method, String rawPath) {
    return new ErrorInfo(
        404,
        "UnknownOperationException",
        ("%s %s is no operation of this gateway. It takes POST"
                + " /model/{modelId}/invoke | invoke-with-response-stream | converse |"
                + " converse-stream | count-tokens, and GET /healthz | /readyz |"
                + " /metrics | /api/status | /api/events | /dashboard.")
            .formatted(method.name(), rawPath));
  }
}
