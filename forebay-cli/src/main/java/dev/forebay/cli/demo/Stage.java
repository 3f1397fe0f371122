package dev.forebay.cli.demo;

import dev.forebay.emulator.Counts;
import dev.forebay.emulator.Emulator;
import dev.forebay.gateway.Gateway;
import dev.forebay.simulator.CallClass;
import dev.forebay.simulator.PlannedCall;
import dev.forebay.simulator.Policy;
import dev.forebay.simulator.Scenario;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;

/**
 * All that a run needs: for each policy an emulated Bedrock of its own and a client of its own, and
 * one gateway. On loopback ports that are free.
 */
final class Stage implements AutoCloseable {
  /** The policies, in the order in which they are shown. */
  static final List<Policy> POLICIES = List.of(Policy.RETRY, Policy.RETRY_FALLBACK, Policy.FOREBAY);

  private static final Logger log = LoggerFactory.getLogger(Stage.class);
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration END = Duration.ofSeconds(2);
  private static final String NO_QUEUE = "The queue does not answer";
  private static final Duration BEYOND_DEADLINE = Duration.ofSeconds(10);

  private final Clock clock;
  private final boolean queues;
  private final Overheard overheard;
  private final Leftovers leftovers;
  private final List<Emulator> emulators = new ArrayList<>();
  private final List<Lane> lanes = new ArrayList<>();
  private final List<URI> endpoints = new ArrayList<>();

  /** What is to be closed, the last one first. */
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private Stage(Scenario scenario, double speed, boolean queues) {
    this.queues = queues;
    this.clock = new Clock(speed);
    this.overheard = new Overheard(clock, scenario.warmUp().toNanos(), scenario);
    this.leftovers = Leftovers.open();
    open.push(leftovers);
  }

  /** Sets it up; fails with a reason that a person understands. */
  static Stage open(Scenario scenario, double speed, boolean queues) throws InterruptedException {
    Stage stage = new Stage(scenario, speed, queues);
    try {
      stage.build(scenario);
      return stage;
    } catch (InterruptedException | RuntimeException e) {
      stage.close();
      throw e;
    }
  }

  private void build(Scenario scenario) throws InterruptedException {
    Vertx vertx = vertx();
    open.push(() -> await(vertx.close(), END, "the event loops"));
    SdkEventLoopGroup loops = SdkEventLoopGroup.builder().numberOfThreads(POLICIES.size()).build();
    open.push(
        () ->
            loops
                .eventLoopGroup()
                .shutdownGracefully(50, END.toMillis(), TimeUnit.MILLISECONDS)
                .await(END.toMillis()));
    for (Policy policy : POLICIES) {
      Emulator emulator =
          await(
              Emulator.open(World.of(scenario, scenario.seed(), clock.speed()), vertx),
              START,
              "Cannot start an emulated Bedrock");
      emulators.add(emulator);
      URI endpoint = emulator.endpoint();
      if (policy == Policy.FOREBAY) {
        Gateway gateway =
            await(
                RealGateway.start(
                    scenario,
                    endpoint,
                    clock,
                    overheard,
                    scenario.seed(),
                    Optional.of(leftovers.store()),
                    vertx),
                START,
                "Cannot start the gateway");
        open.push(() -> await(gateway.close(), END, "the gateway"));
        endpoint = URI.create("http://127.0.0.1:" + gateway.port());
      }
      endpoints.add(endpoint);
      Sdk sdk = new Sdk(endpoint, loops, silence(scenario), clock::now);
      open.push(sdk);
      Lane lane = new Lane(policy, scenario, sdk, clock, scenario.seed(), queues);
      open.push(lane::close);
      lanes.add(lane);
    }
  }

  private static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  private Duration silence(Scenario scenario) {
    Duration longest =
        scenario.mix().stream()
            .map(CallClass::deadline)
            .max(Comparator.naturalOrder())
            .orElse(Duration.ofMinutes(1));
    return Duration.ofNanos(clock.real(longest.toNanos())).plus(BEYOND_DEADLINE);
  }

  Leftovers leftovers() {
    return leftovers;
  }

  Clock clock() {
    return clock;
  }

  Overheard overheard() {
    return overheard;
  }

  List<Lane> lanes() {
    return lanes;
  }

  /** How many calls that were left for later are not over. */
  long leftOver() throws InterruptedException {
    return await(leftovers.openJobs(), START, NO_QUEUE);
  }

  /** The policy's calls; those that were queued and have no answer in the end count as given up. */
  List<Ended> calls(Lane lane) throws InterruptedException {
    List<Ended> calls = new ArrayList<>();
    for (Ended call : lane.result()) {
      boolean lost =
          call.job().isPresent()
              && !await(leftovers.isDone(call.job().orElseThrow()), START, NO_QUEUE);
      calls.add(lost ? call.neverDone() : call);
    }
    return calls;
  }

  /** Where the clients' calls go. */
  List<URI> endpoints() {
    return endpoints;
  }

  /** Lets the clock begin, with full quotas. */
  CompletableFuture<Void> run(List<PlannedCall> plan) {
    emulators.forEach(Emulator::reset);
    clock.start();
    return CompletableFuture.allOf(
        lanes.stream().map(lane -> lane.run(plan)).toArray(CompletableFuture[]::new));
  }

  /** What has reached each policy's Bedrock, by model. */
  List<Map<String, Counts>> reached() {
    return emulators.stream().map(Emulator::models).toList();
  }

  /** How the policies stand. */
  List<LaneView> views() throws InterruptedException {
    List<LaneView> views = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      LaneView view = await(lanes.get(i).view(), START, "A policy does not answer");
      long throttled = 0;
      long underWay = 0;
      for (Counts counts : emulators.get(i).models().values()) {
        throttled += counts.throttledByQuota();
        underWay += counts.inFlight();
      }
      boolean held = lanes.get(i).policy() == Policy.FOREBAY;
      int waiting = held ? (int) Math.max(0, view.open() - underWay) : view.waiting();
      views.add(view.with(waiting, throttled));
    }
    return views;
  }

  @Override
  public void close() {
    // An interrupted thread still waits for the end, which is short.
    boolean interrupted = Thread.interrupted();
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (Exception e) {
        log.debug("Not closed: {}", e.toString());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T await(Future<T> future, Duration atMost, String what)
      throws InterruptedException {
    return await(future.toCompletionStage().toCompletableFuture(), atMost, what);
  }

  private static <T> T await(CompletableFuture<T> future, Duration atMost, String what)
      throws InterruptedException {
    try {
      return future.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new DemoException(what + ": " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new DemoException(what + ": it took more than " + atMost.toSeconds() + " s", e);
    }
  }
}
