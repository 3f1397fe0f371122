package dev.forebay.gateway;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.core.ErrorInfo;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells a request by its raw path: a model call, an operator's page, or neither. */
final class Ingress {
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  private final EventLoop loop;
  private final Shared shared;
  private final StatusPage status;
  private final JobPages jobs;
  private final MetricsPage metricsPage;

  Ingress(EventLoop loop, Shared shared, MetricsPage metricsPage) {
    this.loop = loop;
    this.shared = shared;
    this.status = new StatusPage(shared);
    this.jobs = new JobPages(loop, shared);
    this.metricsPage = metricsPage;
  }

  void handle(HttpServerRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    String rawPath = query < 0 ? uri : uri.substring(0, query);
    if (isRead(request.method()) && openPage(request, rawPath)) {
      return;
    }
    if (JobPages.has(rawPath) && jobs.handle(request, rawPath)) {
      return;
    }
    if (request.method().equals(HttpMethod.POST)) {
      Optional<ModelPath> path = ModelPath.parse(rawPath);
      if (path.isPresent()) {
        loop.accept(request, path.get());
        return;
      }
    } else if (isRead(request.method())) {
      switch (rawPath) {
        case "/api/status" -> {
          operatorsPage(request, () -> page(JSON, status.json()));
          return;
        }
        case "/metrics" -> {
          operatorsPage(request, () -> metricsPage.page(request.getHeader(HttpHeaders.ACCEPT)));
          return;
        }
        default -> {}
      }
    }
    if (shared.setup().callers().claim(request) instanceof Claim.Unknown nobody) {
      Refusals.send(request.response(), nobody.error());
    } else {
      Refusals.send(request.response(), unknownOperation(request.method(), rawPath));
    }
  }

  /** The pages that a load balancer asks for, which has no key. */
  private boolean openPage(HttpServerRequest request, String rawPath) {
    switch (rawPath) {
      case "/healthz" -> send(request, 200, page(PLAIN, "ok\n"));
      case "/readyz" -> {
        boolean ready = !shared.draining();
        send(request, ready ? 200 : 503, page(PLAIN, ready ? "ready\n" : "draining\n"));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void operatorsPage(HttpServerRequest request, Supplier<MetricsPage.Page> page) {
    switch (shared.setup().callers().identify(request)) {
      case Claim.Unknown nobody -> Refusals.send(request.response(), nobody.error());
      case Claim.Known known when known.caller().admin() -> send(request, 200, page.get());
      case Claim.Known known -> Refusals.send(request.response(), AuthErrors.NOT_ADMIN);
    }
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
                + " /metrics | /api/status.")
            .formatted(method.name(), rawPath));
  }
}
