package dev.forebay.gateway;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Journey;
import dev.forebay.core.JourneyListener;
import dev.forebay.core.JourneyTrail;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the calls of one event loop share: its connections to each target, its random generator. A
 * call never leaves its loop.
 */
final class EventLoop {
  /** One line per decision of each call, at debug. */
  private static final Logger journeyLog = LoggerFactory.getLogger("dev.forebay.journey");

  private final Vertx vertx;
  private final Shared shared;
  private final RandomGenerator random;
  private final Map<String, Upstream> upstreams = new HashMap<>();

  EventLoop(Vertx vertx, Shared shared, RandomGenerator random) {
    this.vertx = vertx;
    this.shared = shared;
    this.random = random;
    for (TargetConfig target : shared.config().targets().values()) {
      String name = target.target().name();
      upstreams.put(name, new Upstream(target, shared.signer(name), vertx));
    }
  }

  Vertx vertx() {
    return vertx;
  }

  Ticker ticker() {
    return shared.ticker();
  }

  Upstream upstream(Target target) {
    Upstream upstream = upstreams.get(target.name());
    if (upstream == null) {
      throw new IllegalStateException("no such target: " + target.name());
    }
    return upstream;
  }

  /** Takes a model call. */
  void accept(HttpServerRequest request, ModelPath path) {
    BodyIntake.read(vertx, request, body -> begin(request, path, body));
  }

  /** A call is over, however it ended. */
  void ended(Exchange exchange) {
    shared.callEnded();
    if (exchange.trail() != null) {
      journeyLog.debug("{}", exchange.trail());
    }
  }

  private void begin(HttpServerRequest request, ModelPath path, Buffer body) {
    Optional<Route> route = shared.routes().find(path);
    if (route.isEmpty()) {
      Refusals.send(request.response(), shared.routes().noRoute(path.modelId()));
      return;
    }
    Optional<Duration> patience = patience(request);
    if (patience.isEmpty()) {
      Refusals.send(request.response(), badDeadline());
      return;
    }
    ModelFamily family = ModelFamily.of(path.modelId());
    switch (RequestFacts.read(path.operation(), family, body.getBytes())) {
      case RequestFacts.Malformed malformed -> Refusals.send(request.response(), malformed.error());
      case RequestFacts.Read facts -> {
        if (shared.callBegins()) {
          Call call =
              new Call(
                  path.operation().streaming(),
                  facts.inputTokens(),
                  facts.plannedOutputTokens(),
                  patience.get());
          start(request, path, body, route.get(), call);
        } else {
          request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
          Refusals.send(request.response(), Shared.DRAINING);
        }
      }
    }
  }

  private void start(
      HttpServerRequest request, ModelPath path, Buffer body, Route route, Call call) {
    JourneyTrail trail = journeyLog.isDebugEnabled() ? new JourneyTrail() : null;
    JourneyListener listener = trail == null ? shared.listener() : shared.listener().and(trail);
    Journey journey = shared.journeys().begin(route, call, ticker().nanos(), random, listener);
    new Exchange(this, request, path, body, journey, trail).start();
  }

  /** The caller's own deadline, the route's if it names none, nothing if it names nonsense. */
  private static Optional<Duration> patience(HttpServerRequest request) {
    String value = request.getHeader(HeaderRules.DEADLINE);
    if (value == null) {
      return Optional.of(Call.ROUTE_DEADLINE);
    }
    boolean digits = !value.isEmpty() && value.length() <= 12;
    for (int i = 0; i < value.length() && digits; i++) {
      digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    return digits ? Optional.of(Duration.ofMillis(Long.parseLong(value))) : Optional.empty();
  }

  private static ErrorInfo badDeadline() {
    return new ErrorInfo(
        400,
        "ValidationException",
        "The header x-forebay-deadline-ms must be a whole number of milliseconds.");
  }
}
