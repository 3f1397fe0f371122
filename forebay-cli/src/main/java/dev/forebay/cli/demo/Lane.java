package dev.forebay.cli.demo;

import dev.forebay.core.Tier;
import dev.forebay.simulator.LoopProgram;
import dev.forebay.simulator.PlannedCall;
import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import dev.forebay.simulator.TargetModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** One policy at work: sends the planned calls at their times. All of its state is one thread's. */
// What fails on the lane's thread is caught there, and ends the run.
@SuppressWarnings("FutureReturnValueIgnored")
final class Lane {
  private static final long CLOSING_MILLIS = 1_000;

  private final Policy policy;
  private final Scenario scenario;
  private final boolean queues;
  private final Sdk sdk;
  private final Clock clock;
  private final List<TargetModel> ladder;
  private final RandomGenerator random;
  private final Function<PlannedCall, LiveCall> caller;
  private final ScheduledThreadPoolExecutor thread;
  private final CompletableFuture<List<Ended>> done = new CompletableFuture<>();
  private final List<Ended> ended = new ArrayList<>();
  private final Set<LiveCall> open = new HashSet<>();
  private final List<Long> lags = new ArrayList<>();
  private List<PlannedCall> plan = List.of();
  private int arrived;

  Lane(Policy policy, Scenario scenario, Sdk sdk, Clock clock, long seed, boolean queues) {
    this.queues = queues;
    this.policy = policy;
    this.scenario = scenario;
    this.sdk = sdk;
    this.clock = clock;
    this.random = new SplittableRandom(seed);
    this.ladder =
        scenario.configured().tiers().stream()
            .flatMap(tier -> tier.targets().stream())
            .map(target -> Objects.requireNonNull(scenario.targets().get(target.name())))
            .toList();
    if (policy == Policy.FOREBAY) {
      this.caller = call -> new GatewayCall(this, call);
    } else {
      LoopProgram program = LoopProgram.of(policy, scenario.configured());
      this.caller =
          call ->
              new LoopedCall(
                  this, call, program.begin((long) call.inputTokens() + call.maxTokens()));
    }
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "demo-" + policy.key());
              made.setDaemon(true);
              return made;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    thread.setRemoveOnCancelPolicy(true);
  }

  Policy policy() {
    return policy;
  }

  /** Whether calls may be left for later. */
  boolean queues() {
    return queues;
  }

  Scenario scenario() {
    return scenario;
  }

  Sdk sdk() {
    return sdk;
  }

  Clock clock() {
    return clock;
  }

  RandomGenerator random() {
    return random;
  }

  String model(int index) {
    return ladder.get(index).model();
  }

  /** The place of a target in the ladder. */
  int index(String target) {
    for (int i = 0; i < ladder.size(); i++) {
      if (ladder.get(i).name().equals(target)) {
        return i;
      }
    }
    throw new IllegalStateException("an answer by an unknown target: '" + target + "'");
  }

  boolean isPrimary(int index) {
    Tier first = scenario.configured().tiers().getFirst();
    return index < first.targets().size();
  }

  /** The calls, once all have ended. */
  List<Ended> result() {
    return done.join();
  }

  /** Sends the calls; completes when each has ended. */
  CompletableFuture<List<Ended>> run(List<PlannedCall> calls) {
    thread.execute(
        () -> {
          plan = calls;
          next();
        });
    return done;
  }

  /** Does something at a time of the run, on this lane's thread. */
  Future<?> at(long nanos, Runnable action) {
    return thread.schedule(guarded(action), clock.realUntil(nanos), TimeUnit.NANOSECONDS);
  }

  /** Hands a reply on, on this lane's thread. */
  void hear(CompletableFuture<CallResult> sent, Consumer<CallResult> heard) {
    sent.whenComplete(
        (reply, failure) -> {
          if (failure == null) {
            thread.execute(guarded(() -> heard.accept(reply)));
          } else if (!sent.isCancelled()) {
            done.completeExceptionally(failure);
          }
        });
  }

  void ended(LiveCall call, Ended how) {
    open.remove(call);
    ended.add(how);
    if (ended.size() == plan.size()) {
      done.complete(List.copyOf(ended));
    }
  }

  /** How it stands, as seen by its own thread. */
  CompletableFuture<LaneView> view() {
    CompletableFuture<LaneView> seen = new CompletableFuture<>();
    thread.execute(
        () -> {
          int waiting = (int) open.stream().filter(LiveCall::waits).count();
          seen.complete(LaneView.of(policy, arrived, open.size(), waiting, ended, scenario));
        });
    return seen;
  }

  /** How late each call was sent, in real nanoseconds; read it when the run is over. */
  List<Long> lags() {
    return List.copyOf(lags);
  }

  private void next() {
    while (arrived < plan.size() && plan.get(arrived).atNanos() <= clock.now()) {
      PlannedCall call = plan.get(arrived++);
      lags.add(clock.real(clock.now() - call.atNanos()));
      LiveCall begun = caller.apply(call);
      open.add(begun);
      begun.arrive();
    }
    if (arrived < plan.size()) {
      at(plan.get(arrived).atNanos(), this::next);
    } else if (plan.isEmpty()) {
      done.complete(List.of());
    }
  }

  /** A defect ends the run instead of leaving it to wait for ever. */
  private Runnable guarded(Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RuntimeException e) {
        done.completeExceptionally(e);
      }
    };
  }

  /** Ends all calls: what they have sent is cancelled. */
  void close() throws InterruptedException {
    thread.execute(() -> List.copyOf(open).forEach(LiveCall::leave));
    thread.shutdown();
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    boolean ended = thread.awaitTermination(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
    if (!ended) {
      thread.shutdownNow();
    }
    done.cancel(false);
  }
}
