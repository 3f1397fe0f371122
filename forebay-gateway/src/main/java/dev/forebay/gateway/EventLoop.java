package dev.forebay.gateway;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Priority;
import dev.forebay.core.Route;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Target;
import dev.forebay.core.Tenant;
import dev.forebay.core.Ticker;
import dev.forebay.core.Timeouts;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyTrail;
import dev.forebay.core.journey.Journey;
import dev.forebay.jobs.JobResult;
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
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the calls of one event loop share: its connections to each target, its random generator. A
 * call never leaves its loop.
 */
final class EventLoop {
  private static final Logger log = LoggerFactory.getLogger(EventLoop.class);

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
  private final TimeLimits limits;
  private final CallPacer pacer;
  private final Map<Access, Upstream> upstreams = new HashMap<>();
  private final Set<Exchange> exchanges = new HashSet<>();

  EventLoop(Vertx vertx, Context context, Shared shared, RandomGenerator random) {
    this.vertx = vertx;
    this.context = context;
    this.shared = shared;
    this.random = random;
    // Bodies come, and targets answer, by real time, however fast the gateway's own clock runs.
    this.limits = new TimeLimits(vertx, Ticker.system());
    this.pacer = new CallPacer(vertx, limits, Ticker.system());
  }

  /** Whether no new calls are made. */
  boolean draining() {
    return shared.draining();
  }

  Vertx vertx() {
    return vertx;
  }

  /** This loop's timers, to be used on it. */
  TimeLimits limits() {
    return limits;
  }

  /** Runs something on this loop, soon. */
  void execute(Runnable action) {
    context.runOnContext(run -> action.run());
  }

  /** A result that comes from another thread, on this loop. */
  <T> Future<T> from(CompletionStage<T> elsewhere) {
    return Future.fromCompletionStage(elsewhere, context);
  }

  /** What may be held for calls. */
  MemoryBudget memory() {
    return shared.memory();
  }

  /** A caller was disconnected because it took nothing. */
  void callerIdle() {
    shared.callerIdle();
  }

  RandomGenerator random() {
    return random;
  }

  Ticker ticker() {
    return shared.ticker();
  }

  Upstream upstream(Access target) {
    return upstreams.computeIfAbsent(target, to -> new Upstream(to, vertx));
  }

  /** Closes the connections to targets that no call needs any more. */
  void closeAllBut(Set<Access> needed) {
    context.runOnContext(
        run ->
            upstreams
                .entrySet()
                .removeIf(
                    upstream -> {
                      boolean unneeded = !needed.contains(upstream.getKey());
                      if (unneeded) {
                        upstream.getValue().close();
                      }
                      return unneeded;
                    }));
  }

  /** A call of that route was left in the queue. */
  void queued(String route) {
    shared.live().queued(route);
  }

  /** Takes a model call, which is under way from here on. */
  void accept(HttpServerRequest request, ModelPath path) {
    Setup setup = shared.callBegins();
    boolean draining = shared.draining();
    Runnable over = () -> shared.callEnded(setup);
    Claim claim = setup.callers().claim(request);
    if (claim instanceof Claim.Unknown nobody) {
      BodyIntake.discard(limits, ticker(), request, nobody.error(), over);
      return;
    }
    BodyIntake.read(
        limits,
        ticker(),
        shared.memory(),
        request,
        body -> {
          long arrived = ticker().nanos() - limits.unreadNanos();
          pacer.accept(
              () -> patienceNanos(setup, request, path),
              () -> {
                if (request.response().closed()) {
                  callEnded(setup, body.length());
                } else {
                  begin(setup, request, path, body, judged(claim, body), draining, arrived);
                }
              },
              () -> refuseBusy(setup, request, body));
        },
        over);
  }

  /** How long a call may wait for its turn. */
  private static long patienceNanos(Setup setup, HttpServerRequest request, ModelPath path) {
    Duration route =
        setup.routes().find(path).map(one -> one.route().deadline()).orElse(Route.DEFAULT_DEADLINE);
    return patience(request).filter(named -> named.compareTo(route) < 0).orElse(route).toNanos();
  }

  private void refuseBusy(Setup setup, HttpServerRequest request, Buffer body) {
    shared.refusedBusy();
    shared.memory().give(body.length());
    Refusals.send(request.response(), Shared.BUSY, Duration.ZERO)
        .onComplete(sent -> shared.callEnded(setup));
  }

  private static Claim.Identity judged(Claim claim, Buffer body) {
    try {
      return claim.judge(body);
    } catch (RuntimeException | Error e) {
      LastResort.check(e);
      log.error("A caller could not be identified by a defect of the gateway", e);
      return new Claim.Unknown(Exchange.DEFECT);
    }
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

  private void begin(
      Setup setup,
      HttpServerRequest request,
      ModelPath path,
      Buffer body,
      Claim.Identity identity,
      boolean draining,
      long arrived) {
    Optional<Refusal> refused =
        switch (identity) {
          case Claim.Unknown nobody -> Optional.of(new Refusal(nobody.error()));
          case Claim.Known known ->
              draining
                  ? Optional.of(new Refusal(Shared.DRAINING))
                  : tryBegin(setup, request, path, body, known.caller(), arrived);
        };
    if (refused.isPresent()) {
      if (draining && request.connection().protocolVersion() != HttpVersion.HTTP_2) {
        request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      shared.memory().give(body.length());
      Refusals.send(request.response(), refused.get().error(), refused.get().retryAfter())
          .onComplete(sent -> shared.callEnded(setup));
    }
  }

  private Optional<Refusal> tryBegin(
      Setup setup,
      HttpServerRequest request,
      ModelPath path,
      Buffer body,
      Caller caller,
      long arrived) {
    try {
      return beginCall(setup, request, path, body, caller, arrived);
    } catch (RuntimeException | Error e) {
      LastResort.check(e);
      log.error("A call failed by a defect of the gateway", e);
      return refuse(Exchange.DEFECT);
    }
  }

  /** Begins the call, or says why not. */
  private Optional<Refusal> beginCall(
      Setup setup,
      HttpServerRequest request,
      ModelPath path,
      Buffer body,
      Caller caller,
      long arrived) {
    Optional<RouteTable.Entry> route = setup.routes().find(path);
    if (route.isEmpty()) {
      return refuse(setup.routes().noRoute(path.modelId()));
    }
    String name = route.get().route().name();
    if (!caller.mayUse(name)) {
      return refuse(AuthErrors.notThatRoute(caller.name(), name));
    }
    if (RepeatedCall.is(request.headers())) {
      shared.live().repeated(name);
    }
    Optional<Duration> patience = patience(request);
    if (patience.isEmpty()) {
      return refuse(BAD_DEADLINE);
    }
    Optional<Priority> priority = priority(request);
    if (priority.isEmpty()) {
      return refuse(BAD_PRIORITY);
    }
    ErrorInfo badKey = IdempotencyKey.objection(request.headers());
    if (badKey != null) {
      return refuse(badKey);
    }
    AskedModel model = route.get().asked();
    return switch (RequestFacts.read(
        path.operation(), model.family(), model.baseId(), Bytes.of(body))) {
      case RequestFacts.Malformed malformed -> refuse(malformed.error());
      case RequestFacts.Read facts -> {
        ModelRequest asked =
            ModelRequest.of(path, request.headers(), body, route.get(), facts, shared.lessons());
        Call call =
            call(
                asked,
                route.get(),
                facts,
                patience.get(),
                caller.atMost(priority.get()),
                caller.tenant(),
                setup);
        Preference preference = Preference.of(request.headers());
        Optional<RouteConfig.Queue> queue = route.get().config().queue();
        JobDesk desk = shared.desk();
        if (desk != null && preference.respondAsync() && queue.isPresent()) {
          yield Submission.begin(
              this,
              setup,
              desk,
              asked,
              request,
              route.get().route(path.operation()),
              call,
              queue.get(),
              preference);
        }
        if (request.headers().contains(HeaderRules.CALLBACK)) {
          yield refuse(CallbackRules.neverLater(name, preference.respondAsync()));
        }
        Outlet outlet =
            KeepAliveOutlet.over(
                new HttpOutlet(
                    request.response(),
                    new HttpOutlet.Patience(request, this, route.get().route()::longestIdle)),
                this,
                route.get(),
                path.operation(),
                body);
        yield start(setup, asked, outlet, route.get(), call, caller, arrived);
      }
    };
  }

  /** What the policies know of such a call. */
  Call call(
      ModelRequest asked,
      RouteTable.Entry route,
      RequestFacts.Read facts,
      Duration patience,
      Priority priority,
      Tenant tenant,
      Setup setup) {
    return new Call(
        asked.path().operation().streaming(),
        facts.inputTokens(),
        facts.plannedOutputTokens(),
        patience(route.route(), facts, patience),
        priority,
        tenant,
        conversation(asked.body()),
        asked.body().length(),
        !facts.offersTools(),
        eligibility(setup, asked, route),
        inputKind(asked, route, facts));
  }

  /** By route and model, as callers of one route send like tools and media. */
  private static int inputKind(
      ModelRequest asked, RouteTable.Entry route, RequestFacts.Read facts) {
    int callers = 31 * route.route().name().hashCode() + asked.path().modelId().hashCode();
    int parts =
        (facts.offersTools() ? 1 : 0) | (facts.images() ? 2 : 0) | (facts.documents() ? 4 : 0);
    return callers << 3 | parts;
  }

  /**
   * How long a whole answer may take whose length its caller left open is a guess: the route's own
   * deadline holds if it is shorter than the default.
   */
  private static Duration patience(Route route, RequestFacts.Read facts, Duration named) {
    boolean isGuess = facts.maxOutputTokens().isEmpty() && named.equals(Call.ROUTE_DEADLINE);
    return isGuess && route.deadline().compareTo(Route.DEFAULT_DEADLINE) < 0
        ? route.deadline()
        : named;
  }

  /** Which targets can serve the call; the model that it was made for can. */
  private Eligibility eligibility(Setup setup, ModelRequest asked, RouteTable.Entry route) {
    return route.others().isEmpty() && route.unfit().isEmpty()
        ? Eligibility.ALL
        : new Eligibility() {
          @Override
          public @Nullable String objection(Target target) {
            String name = OperationTarget.target(target.name(), OperationTarget.COUNT_TOKENS);
            String unfit = route.unfit().get(name);
            return unfit != null || !route.others().contains(name)
                ? unfit
                : asked.objection(upstream(setup.access(target)).model(asked.path()));
          }

          @Override
          public boolean servesAnother(Target target) {
            return route
                .foreign()
                .contains(OperationTarget.target(target.name(), OperationTarget.COUNT_TOKENS));
          }
        };
  }

  private static Optional<Refusal> refuse(ErrorInfo error) {
    return Optional.of(new Refusal(error));
  }

  private Optional<Refusal> start(
      Setup setup,
      ModelRequest asked,
      Outlet outlet,
      RouteTable.Entry route,
      Call call,
      Caller caller,
      long arrivedNanos) {
    JourneyListener charge = JourneyListener.NONE;
    if (caller.allowance().isLimited()) {
      Charge taken = Charge.take(caller, call, ticker().nanos());
      if (taken == null) {
        return Optional.of(Charge.refusal(caller, call, ticker().nanos()));
      }
      charge = taken;
    }
    Route own = route.route(asked.path().operation());
    OpenCall open = open(setup, asked, outlet, own, call, charge, arrivedNanos);
    Supplier<Optional<Answer>> canned = () -> canned(route, asked);
    Optional<RouteConfig.Cache> cache = route.config().cache();
    Consumer<OpenCall> maker =
        one -> {
          if (cache.isPresent()) {
            shared.reuse().accept(this, one, cache.get(), canned, random);
          } else {
            begin(one, new SpareAnswers(Optional::empty, canned)).start();
          }
        };
    Optional<String> key = IdempotencyKey.of(asked.headers());
    if (key.isPresent()) {
      SpareAnswers spares = new SpareAnswers(Optional::empty, canned);
      shared.keyed().accept(this, open, key.get(), spares, maker);
    } else {
      maker.accept(open);
    }
    return Optional.empty();
  }

  /** The route's own words, in the form that was asked for. */
  private static Optional<Answer> canned(RouteTable.Entry route, ModelRequest asked) {
    return route
        .config()
        .degraded()
        .flatMap(own -> Answer.canned(asked, route.asked().family(), own.message()));
  }

  private OpenCall open(
      Setup setup,
      ModelRequest asked,
      Outlet outlet,
      Route route,
      Call call,
      JourneyListener charge,
      long arrivedNanos) {
    Runnable whenOver = () -> callEnded(setup, asked.body().length());
    return open(setup, asked, outlet, route, call, charge, arrivedNanos, whenOver);
  }

  /** A call that is yet to be made, with what hears of it besides those who hear of all. */
  OpenCall open(
      Setup setup,
      ModelRequest asked,
      Outlet outlet,
      Route route,
      Call call,
      JourneyListener own,
      long arrivedNanos,
      Runnable whenOver) {
    JourneyTrail trail = journeyLog.isDebugEnabled() ? new JourneyTrail() : null;
    JourneyListener all = own.and(shared.listener()).and(shared.live().watch());
    JourneyListener listener = trail == null ? all : all.and(trail);
    CallTrace trace = shared.tracing().begin(origin(asked));
    Journey journey = shared.journeys().begin(route, call, arrivedNanos, random, listener, trace);
    return new OpenCall(
        setup,
        asked,
        outlet,
        journey,
        () -> {
          whenOver.run();
          if (trail != null) {
            journeyLog.debug("{}", trail);
          }
        });
  }

  private static CallOrigin origin(ModelRequest asked) {
    return new CallOrigin(
        asked.path().modelId(), asked.path().operation().suffix(), asked.headers()::get);
  }

  /** The same call once more, for nobody who waits; empty if there is no room for such a luxury. */
  Optional<OpenCall> repeat(OpenCall one) {
    ModelRequest asked = one.request();
    if (!shared.memory().take(asked.body().length(), asked.body().length())) {
      return Optional.empty();
    }
    shared.callBeginsLike(one.setup());
    if (shared.draining()) {
      callEnded(one.setup(), asked.body().length());
      return Optional.empty();
    }
    Journey of = one.journey();
    return Optional.of(
        open(
            one.setup(),
            asked,
            one.outlet(),
            of.route(),
            of.call().inBackground(),
            JourneyListener.NONE,
            ticker().nanos()));
  }

  /** Gives a kept answer to a call that was not begun, if there is room for it. */
  void give(OpenCall call, Answer answer) {
    long now = ticker().nanos();
    long bytes = answer.body().length();
    if (memory().take(bytes, bytes)) {
      call.journey().served(Source.CACHED, now);
      answer
          .give(call.outlet(), Source.CACHED)
          .onComplete(
              sent -> {
                memory().give(bytes);
                call.whenOver().run();
              });
    } else {
      memory().refuse();
      call.journey().refused(Shared.NO_ROOM, "there is no room for the kept answer", now);
      call.outlet()
          .whole(Refusals.reply(Shared.NO_ROOM, Duration.ZERO), null)
          .onComplete(sent -> call.whenOver().run());
    }
  }

  /** Gives a caller the answer of a job, if there is room for it. */
  Future<Void> give(HttpServerRequest request, JobResult result) {
    long bytes = result.body().size();
    if (!memory().take(bytes, bytes)) {
      memory().refuse();
      return Refusals.send(request.response(), Shared.NO_ROOM, Duration.ZERO);
    }
    Reply reply =
        new Reply(
            result.status(),
            StoredAnswer.headers(result.headers()),
            StoredAnswer.body(result.body()));
    return new HttpOutlet(
            request.response(), new HttpOutlet.Patience(request, this, Timeouts.DEFAULTS::idle))
        .whole(reply, null)
        .onComplete(sent -> memory().give(bytes));
  }

  /** The exchange that makes a call, yet to be started. */
  Exchange begin(OpenCall call, SpareAnswers spares) {
    Exchange exchange = new Exchange(this, call, spares);
    exchanges.add(exchange);
    return exchange;
  }

  /** Connects this loop to its targets, as far as that needs no call. */
  void prepare() {
    shared.setup().targets().forEach(this::upstream);
  }

  /** A call that was counted in is over, and its request is held no more. */
  void callEnded(Setup setup, int bodyBytes) {
    shared.memory().give(bodyBytes);
    shared.callEnded(setup);
  }

  /** The caller's class, the standard one if it names none, nothing if there is no such class. */
  static Optional<Priority> priority(HttpServerRequest request) {
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
  static Optional<Duration> patience(HttpServerRequest request) {
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
