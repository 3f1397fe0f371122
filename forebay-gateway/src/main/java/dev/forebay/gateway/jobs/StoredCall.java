package dev.forebay.gateway.jobs;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Priority;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.gateway.auth.Caller;
import dev.forebay.gateway.auth.Charge;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.call.LoopCalls;
import dev.forebay.gateway.config.ConfigSnapshot;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.worker.JobRunner;
import dev.forebay.jobs.worker.JobRunner.Answered;
import dev.forebay.jobs.worker.JobRunner.Broken;
import dev.forebay.jobs.worker.JobRunner.End;
import dev.forebay.jobs.worker.JobRunner.NoCapacity;
import dev.forebay.jobs.worker.JobRunner.Postponed;
import dev.forebay.jobs.worker.JobRunner.Refused;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stored call on its event loop: the journey that the direct call would have made, but of the
 * lowest class, without degraded answers, and without a connection to a caller.
 *
 * <p>Its end says what a queue has to do. A throttle, or a service without capacity, is no failure
 * of the call: it waits. What the service refuses for the request's own sake is refused for good.
 * All else has failed, and may succeed another time.
 */
final class StoredCall implements JobRunner.Run, StoredAnswer.Receiver, JourneyListener {
  private static final Logger log = LoggerFactory.getLogger(StoredCall.class);
  private static final Duration MIN_DELAY = Duration.ofSeconds(1);
  private static final Duration MAX_DELAY = Duration.ofMinutes(5);

  private final CallRegistry calls;
  private final EventLoop loop;
  private final GatewayRuntime runtime;
  private final Job job;
  private final JobRequest request;
  private final StoredAnswer sink;
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private Outcome.@Nullable Failure failure;
  private Step.@Nullable Refuse refusal;
  private boolean cancelled;

  StoredCall(LoopCalls on, GatewayRuntime runtime, Job job, JobRequest request) {
    this.calls = on.calls();
    this.loop = on.loop();
    this.runtime = runtime;
    this.sink = new StoredAnswer(this, runtime.memory());
    this.job = job;
    this.request = request;
  }

  @Override
  public CompletionStage<End> end() {
    return end;
  }

  @Override
  public void cancel() {
    loop.execute(
        () -> {
          cancelled = true;
          sink.leave();
        });
  }

  @Override
  public void settled() {
    loop.execute(sink::settle);
  }

  void start() {
    loop.execute(
        () -> {
          if (!cancelled) {
            tryBegin();
          }
        });
  }

  private void tryBegin() {
    try {
      ConfigSnapshot snapshot = runtime.enter();
      Runnable leave = () -> runtime.leave(snapshot);
      begin(snapshot, leave)
          .ifPresent(
              how -> {
                leave.run();
                ended(how);
              });
    } catch (RuntimeException | Error e) {
      OutOfMemoryExit.check(e);
      log.error("A stored call failed by a defect of Forebay", e);
      ended(new Broken("the gateway failed: " + e.getClass().getSimpleName()));
    }
  }

  /** Begins the journey, or says at once how it ends. */
  private Optional<End> begin(ConfigSnapshot snapshot, Runnable leave) {
    Optional<ModelPath> path = ModelPath.parse("/model/" + job.modelPath() + '/' + job.operation());
    Optional<RouteTable.Entry> route = path.flatMap(snapshot.routes()::find);
    if (path.isEmpty() || route.isEmpty()) {
      return refused("there is no route for its model any more");
    }
    AskedModel model = route.get().asked();
    if (!(RequestFacts.read(
            path.get().operation(), model.family(), model.baseId(), request.body().bytes())
        instanceof RequestFacts.Read facts)) {
      return refused("its request is malformed");
    }
    Duration left = Duration.between(WallClock.now(), job.expires());
    if (!left.isPositive()) {
      return Optional.of(new Postponed(MIN_DELAY));
    }
    ModelRequest asked =
        ModelRequest.of(
            path.get(),
            StoredAnswer.headers(request.headers()),
            request.body().bytes(),
            route.get(),
            facts,
            runtime.adaptations());
    Call call = calls.call(asked, route.get(), facts, left, Priority.BATCH, job.tenant(), snapshot);
    return start(snapshot, asked, route.get().route(path.get().operation()), call, leave);
  }

  private Optional<End> start(
      ConfigSnapshot snapshot, ModelRequest asked, Route route, Call call, Runnable leave) {
    long now = loop.ticker().nanos();
    int bytes = asked.body().length;
    if (!runtime.memory().take(bytes, bytes)) {
      runtime.memory().refuse();
      return Optional.of(new NoCapacity(MIN_DELAY));
    }
    JourneyListener listener = this;
    Optional<Caller> caller = snapshot.authenticator().named(job.tenant().name());
    if (caller.isPresent() && caller.get().rateLimit().isLimited()) {
      Charge charge = Charge.take(caller.get(), call, now);
      if (charge == null) {
        runtime.memory().give(bytes);
        return Optional.of(
            new Postponed(atLeast(Charge.refusal(caller.get(), call, now).retryAfter())));
      }
      listener = charge.and(this);
    }
    PendingCall open =
        calls.open(
            snapshot,
            asked,
            sink,
            route,
            call,
            listener,
            now,
            () -> {
              runtime.memory().give(bytes);
              leave.run();
            });
    calls.begin(open, new DegradedAnswers(Optional::empty, Optional::empty)).start();
    return Optional.empty();
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    if (event instanceof JourneyEvent.Refused refused) {
      refusal = refused.refusal();
      failure = journey.finalFailure();
    }
  }

  @Override
  public void answered(JobResult result) {
    ended(new Answered(result));
  }

  @Override
  public void refused(JobResult error) {
    Step.Refuse why = refusal;
    if (why == null) {
      // Ended by the gateway itself: it stops, or it has a defect that its log shows.
      ended(error.status() == 503 ? new NoCapacity(MIN_DELAY) : new Broken("the gateway failed"));
      return;
    }
    int status = why.error().status();
    boolean final4xx = status < 500 && status != 408 && status != 424 && status != 429;
    if (final4xx) {
      ended(new Refused(why.error().label(), Optional.of(error)));
    } else if (lacksCapacity()) {
      ended(new NoCapacity(atLeast(why.retryAfter())));
    } else {
      ended(new Broken(why.error().label()));
    }
  }

  @Override
  public void brokenOff() {
    ended(new Broken("the answer broke off"));
  }

  @Override
  public void tooLarge() {
    ended(
        new Refused(
            "the answer is larger than " + MemoryBudget.MAX_ANSWER_BYTES + " bytes",
            Optional.empty()));
    loop.execute(sink::leave);
  }

  @Override
  public void noRoom() {
    runtime.memory().refuse();
    ended(new NoCapacity(MIN_DELAY));
    loop.execute(sink::leave);
  }

  /** The model asked for could not be tried, or met a quota or a service that was full. */
  private boolean lacksCapacity() {
    return switch (failure) {
      case null -> true;
      case Outcome.Throttled ignored -> true;
      case Outcome.NotReady ignored -> true;
      case Outcome.Unavailable ignored -> true;
      case Outcome.Failed ignored -> false;
      case Outcome.TimedOut ignored -> false;
      case Outcome.Interrupted ignored -> false;
      case Outcome.Rejected ignored -> false;
      case Outcome.Unwanted ignored -> false;
    };
  }

  private void ended(End how) {
    if (!(how instanceof Answered) && !(how instanceof Refused)) {
      settled();
    }
    CompletableFuture<End> unused = end.completeAsync(() -> how, Thread::startVirtualThread);
  }

  private static Optional<End> refused(String reason) {
    return Optional.of(new Refused(reason, Optional.empty()));
  }

  private static Duration atLeast(Duration delay) {
    Duration bounded = delay.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : delay;
    return bounded.compareTo(MIN_DELAY) < 0 ? MIN_DELAY : bounded;
  }
}
