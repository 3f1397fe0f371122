package dev.forebay.simulator;

import dev.forebay.cluster.Grant;
import dev.forebay.cluster.MemoryStore;
import dev.forebay.cluster.SharedStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A store in virtual time, with a network before it: what is asked arrives after half a round trip,
 * the answer after the other half, or never. Facts take half of one.
 */
final class DistantStore {
  /** When a client gives an answer up, as that of Redis does. */
  private static final long TIMEOUT_NANOS = Duration.ofMillis(500).toNanos();

  private final Simulation simulation;
  private final ClusterModel model;
  private final Draws draws;
  private final MemoryStore store;
  private long operations;
  private long unanswered;

  DistantStore(Simulation simulation, ClusterModel model) {
    this.simulation = simulation;
    this.model = model;
    this.draws = simulation.draws("store");
    this.store = new MemoryStore(() -> TimeUnit.NANOSECONDS.toMillis(simulation.now()));
    model.flushedNanos().forEach(at -> simulation.schedule(at, (tag, now) -> store.flush(), 0));
  }

  SharedStore connect() {
    return new Connection(store.connect());
  }

  /** What was asked while calls were counted. */
  long operations() {
    return operations;
  }

  /** What of it got no answer. */
  long unanswered() {
    return unanswered;
  }

  private long halfTrip() {
    return Math.round(model.latency().sample(draws) / 2 * 1e9);
  }

  private <T> CompletionStage<T> send(Supplier<CompletionStage<T>> operation) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean counts = simulation.measures();
    if (counts) {
      operations++;
    }
    long sent = simulation.now();
    simulation.schedule(
        sent + halfTrip(),
        (tag, now) -> {
          boolean down = model.isDown(now);
          CompletionStage<T> done = down ? new CompletableFuture<>() : operation.get();
          if (down || (model.lost() > 0 && draws.nextDouble() < model.lost())) {
            unanswered += counts ? 1 : 0;
            simulation.schedule(
                sent + TIMEOUT_NANOS, (late, at) -> answer.completeExceptionally(timeout()), 0);
          } else {
            simulation.schedule(
                now + halfTrip(),
                (back, at) -> done.whenComplete((value, failure) -> answer.complete(value)),
                0);
          }
        },
        0);
    return answer;
  }

  private static IllegalStateException timeout() {
    return new IllegalStateException("the store did not answer within 500 ms");
  }

  private final class Connection implements SharedStore {
    private final SharedStore near;

    Connection(SharedStore near) {
      this.near = near;
    }

    @Override
    public CompletionStage<Grant> lease(String quota, String owner, long seq, int wants, int has) {
      return send(() -> near.lease(quota, owner, seq, wants, has));
    }

    /** In one round trip, as in the memory behind it. */
    @Override
    public List<CompletionStage<Renewed>> renew(Renewal asked) {
      return List.of(send(() -> near.renew(asked).getFirst()));
    }

    @Override
    public CompletionStage<?> giveBack(String quota, String owner, long seq, int has) {
      return send(() -> near.giveBack(quota, owner, seq, has).thenApply(done -> true));
    }

    @Override
    public CompletionStage<List<Held>> held(String quota) {
      return send(() -> near.held(quota));
    }

    @Override
    public CompletionStage<?> settle(String quota, long millis) {
      return send(() -> near.settle(quota, millis).thenApply(done -> true));
    }

    @Override
    public CompletionStage<Members> alive(String member) {
      return send(() -> near.alive(member));
    }

    @Override
    public CompletionStage<?> leave(String member) {
      return send(() -> near.leave(member).thenApply(done -> true));
    }

    @Override
    public CompletionStage<?> tell(Fact fact) {
      return send(() -> near.tell(fact).thenApply(done -> true));
    }

    @Override
    public CompletionStage<Long> learn(String quota, long from, long to, String by) {
      return send(() -> near.learn(quota, from, to, by));
    }

    @Override
    public CompletionStage<Long> open(String quota, String member, boolean open) {
      return send(() -> near.open(quota, member, open));
    }

    @Override
    public CompletionStage<Long> probe(String quota, String member, long millis) {
      return send(() -> near.probe(quota, member, millis));
    }

    @Override
    public CompletionStage<List<Fact>> facts(Collection<String> quotas) {
      return send(() -> near.facts(quotas));
    }

    @Override
    public void listen(Consumer<Fact> listener) {
      near.listen(
          fact ->
              simulation.schedule(
                  simulation.now() + halfTrip(), (tag, now) -> listener.accept(fact), 0));
    }

    @Override
    public void close() {
      near.close();
    }
  }
}
