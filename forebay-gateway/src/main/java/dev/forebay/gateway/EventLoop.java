package dev.forebay.gateway;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Journey;
import dev.forebay.core.JourneyListener;
import dev.forebay.core.JourneyTrail;
import dev.forebay.core.Priority;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import dev.forebay.core.Ticker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
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

  private static final ErrorInfo BAD_DEADLINE =
      new ErrorInfo(
          400,
          "ValidationException",
          "The header x-forebay-deadline-ms must be a whole number of milliseconds.");

  private static final ErrorInfo BAD_PRIORITY =
      new ErrorInfo(
          400,
          "ValidationException",
          "The header x-forebay-priority must be interactive, standard or batch.");

  /** Half of the shortest beginning that any model caches, at four bytes a token. */
  private static final int CONVERSATION_BYTES = 2_048;

  private static final long CONVERSATION_PRIME = 0x100000001b3L;

  private final Vertx vertx;
  private final Context context;
  private final Shared shared;
  private final RandomGenerator random;
  private final Map<String, Upstream> upstreams = new HashMap<>();
  private final Set<Exchange> exchanges = new HashSet<>();

  EventLoop(Vertx vertx, Context context, Shared shared, RandomGenerator random) {
    this.vertx = vertx;
    this.context = context;
    this.shared = shared;
    this.random = random;
    for (TargetConfig target : shared.config().targets().values()) {
      String name = target.target().name();
      upstreams.put(name, new Upstream(target, shared.signer(name), vertx));
    }
  }

  /** Whether no new calls are made. */
  boolean draining() {
    return shared.draining();
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

  /** Takes a model call, which is under way from here on. */
  void accept(HttpServerRequest request, ModelPath path) {
    boolean draining = !shared.callBegins();
    BodyIntake.read(
        vertx,
        ticker(),
        shared.bodies(),
        request,
        body -> begin(request, path, body, draining),
        shared::callEnded);
  }

  /** An exchange is over, and the last byte of its answer is out. */
  void ended(Exchange exchange) {
    exchanges.remove(exchange);
  }

  /** Ends all calls of this loop with an error, each in the form that its caller understands. */
  Future<Void> stopAll() {
    Promise<Void> stopped = Promise.promise();
    context.runOnContext(
        run ->
            Future.join(List.copyOf(exchanges).stream().map(Exchange::stop).toList())
                .onComplete(all -> stopped.tryComplete()));
    return stopped.future();
  }

  private void begin(HttpServerRequest request, ModelPath path, Buffer body, boolean draining) {
    Optional<ErrorInfo> refused =
        draining ? Optional.of(Shared.DRAINING) : beginCall(request, path, body);
    if (refused.isPresent()) {
      if (draining && request.connection().protocolVersion() != HttpVersion.HTTP_2) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      shared.bodies().give(body.length());
      Refusals.send(request.response(), refused.get()).onComplete(sent -> shared.callEnded());
    }
  }

  /** Begins the call, or says why not. */
  private Optional<ErrorInfo> beginCall(HttpServerRequest request, ModelPath path, Buffer body) {
    Optional<Route> route = shared.routes().find(path);
    if (route.isEmpty()) {
      return Optional.of(shared.routes().noRoute(path.modelId()));
    }
    Optional<Duration> patience = patience(request);
    if (patience.isEmpty()) {
      return Optional.of(BAD_DEADLINE);
    }
    Optional<Priority> priority = priority(request);
    if (priority.isEmpty()) {
      return Optional.of(BAD_PRIORITY);
    }
    ModelFamily family = ModelFamily.of(path.modelId());
    return switch (RequestFacts.read(path.operation(), family, body.getBytes())) {
      case RequestFacts.Malformed malformed -> Optional.of(malformed.error());
      case RequestFacts.Read facts -> {
        Call call =
            new Call(
                path.operation().streaming(),
                facts.inputTokens(),
                facts.plannedOutputTokens(),
                patience.get(),
                priority.get(),
                Tenant.ANYONE,
                conversation(body),
                body.length(),
                !facts.offersTools());
        ModelRequest asked = new ModelRequest(path, request.headers(), body);
        start(asked, new HttpOutlet(request.response()), route.get(), call);
        yield Optional.empty();
      }
    };
  }

  private void start(ModelRequest asked, Outlet outlet, Route route, Call call) {
    OpenCall open = open(asked, outlet, route, call);
    RouteConfig config = shared.routes().config(route);
    Supplier<Optional<Answer>> canned = () -> canned(route, asked);
    Optional<RouteConfig.Cache> cache = config.cache();
    if (cache.isPresent()) {
      shared.reuse().accept(this, open, cache.get(), canned, random);
    } else {
      begin(open, new SpareAnswers(Optional::empty, canned)).start();
    }
  }

  /** The route's own words, in the form that was asked for. */
  private Optional<Answer> canned(Route route, ModelRequest asked) {
    RouteTable routes = shared.routes();
    return routes
        .config(route)
        .degraded()
        .flatMap(own -> Answer.canned(asked, routes.family(route, asked.path()), own.message()));
  }

  private OpenCall open(ModelRequest asked, Outlet outlet, Route route, Call call) {
    JourneyTrail trail = journeyLog.isDebugEnabled() ? new JourneyTrail() : null;
    JourneyListener listener = trail == null ? shared.listener() : shared.listener().and(trail);
    Journey journey = shared.journeys().begin(route, call, ticker().nanos(), random, listener);
    return new OpenCall(
        asked,
        outlet,
        journey,
        () -> {
          callEnded(asked.body().length());
          if (trail != null) {
            journeyLog.debug("{}", trail);
          }
        });
  }

  /** The same call once more, for nobody who waits; empty if there is no room for such a luxury. */
  Optional<OpenCall> repeat(OpenCall one) {
    ModelRequest asked = one.request();
    if (!shared.bodies().take(asked.body().length())) {
      return Optional.empty();
    }
    if (!shared.callBegins()) {
      callEnded(asked.body().length());
      return Optional.empty();
    }
    Journey of = one.journey();
    return Optional.of(open(asked, one.outlet(), of.route(), of.call().inBackground()));
  }

  /** The exchange that makes a call, yet to be started. */
  Exchange begin(OpenCall call, SpareAnswers spares) {
    Exchange exchange = new Exchange(this, call, spares);
    exchanges.add(exchange);
    return exchange;
  }

  private void callEnded(int bodyBytes) {
    shared.bodies().give(bodyBytes);
    shared.callEnded();
  }

  /** The caller's class, the standard one if it names none, nothing if there is no such class. */
  private static Optional<Priority> priority(HttpServerRequest request) {
    String value = request.getHeader(HeaderRules.PRIORITY);
    if (value == null) {
      return Optional.of(Priority.STANDARD);
    }
    return Arrays.stream(Priority.values())
        .filter(priority -> priority.label().equals(value))
        .findFirst();
  }

  /**
   * Equal for requests with a long common beginning, which is where a conversation's later turns
   * agree with its earlier ones, and where a prompt cache helps; 0 for shorter ones.
   */
  private static long conversation(Buffer body) {
    if (body.length() < 2 * CONVERSATION_BYTES) {
      return 0;
    }
    long hash = 1;
    for (int i = 0; i < CONVERSATION_BYTES; i += Long.BYTES) {
      hash = hash * CONVERSATION_PRIME + body.getLong(i);
    }
    return hash == 0 ? 1 : hash;
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
}
