package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Call;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Timeouts;
import dev.forebay.core.admission.Admission;
import dev.forebay.core.admission.Reservation;
import dev.forebay.core.targets.TargetRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A process that takes part while it is used. */
class FleetTest {
  private static final Target ONE =
      new Target("one", Timeouts.DEFAULTS, new TargetQuota.Joint(0, 6_000, 1));

  private static final long REST_MILLIS = Fleet.RESTS_AFTER.toMillis();

  private final VirtualTimers timers = new VirtualTimers();
  private final MemoryStore store = new MemoryStore(timers::millis);

  @Test
  void aMemberThatIsNotUsedSendsNothingAndReturnsWithTheNextUse() {
    Fleet fleet = join();
    timers.run(REST_MILLIS);
    assertThat(fleet.reading().operations()).isZero();
    for (int round = 0; round < 3; round++) {
      fleet.used();
      timers.run(REST_MILLIS / 2);
      assertThat(store.members()).isOne();
      timers.run(REST_MILLIS);
      assertThat(store.members()).isZero();
      long sent = fleet.reading().operations();
      timers.run(100 * REST_MILLIS);
      assertThat(fleet.reading().operations()).isEqualTo(sent);
    }
    close(fleet);
  }

  @Test
  void aMemberThatIsUsedAllTheTimeStaysUntilItIsClosed() {
    Fleet fleet = join();
    long between = REST_MILLIS / 4;
    for (long passed = 0; passed < 10 * REST_MILLIS; passed += between) {
      fleet.used();
      timers.run(between);
      assertThat(store.members()).isOne();
    }
    close(fleet);
    assertThat(store.members()).as("and deregisters").isZero();
  }

  @Test
  void aFirstCallBringsALeaseBeforeTheNextLook() {
    TargetRegistry targets = new TargetRegistry();
    Fleet fleet = join(targets);
    fleet.used();
    timers.run(REST_MILLIS / 2);
    long before = fleet.reading().operations();
    Call call = new Call(false, 2, 2, Call.ROUTE_DEADLINE);
    long nanos = nanos();
    Admission admission = targets.state(ONE, nanos).admission();
    assertThat(admission.reserve(new Reservation(call, nanos), nanos)).isTrue();
    timers.run(0);
    assertThat(fleet.reading().operations()).isGreaterThan(before);
    close(fleet);
  }

  @Test
  void whoClosesWaitsUntilTheStoreHasHeardItsGoodbye() throws Exception {
    CompletableFuture<Object> heard = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    Fleet fleet =
        join(
            new TargetRegistry(),
            with(
                "leave",
                id -> {
                  asked.complete(null);
                  return heard;
                }));
    fleet.used();
    timers.run(REST_MILLIS / 2);
    Thread closing = Thread.startVirtualThread(fleet::close);
    await()
        .until(
            () -> {
              timers.run(0);
              return asked.isDone();
            });
    assertThat(closing.join(Duration.ofMillis(200))).as("closed before it was heard").isFalse();
    heard.complete(true);
    assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void aLookThatFailsIsNotTheLast() {
    AtomicInteger failing = new AtomicInteger(2);
    SharedStore to = store.connect();
    Fleet fleet =
        join(
            new TargetRegistry(),
            with(
                "renew",
                asked -> {
                  if (failing.getAndDecrement() > 0) {
                    throw new StackOverflowError();
                  }
                  return to.renew((SharedStore.Renewal) asked);
                }));
    fleet.used();
    while (failing.get() > 0) {
      assertThatThrownBy(() -> timers.run(2_000)).isInstanceOf(StackOverflowError.class);
    }
    timers.run(2_000);
    assertThat(store.members()).isOne();
    close(fleet);
  }

  @Test
  void whoRestsSaysNoGoodbyeAgain() {
    AtomicInteger goodbyes = new AtomicInteger();
    Fleet fleet =
        join(
            new TargetRegistry(),
            with(
                "leave",
                id -> {
                  goodbyes.incrementAndGet();
                  return CompletableFuture.completedFuture(true);
                }));
    fleet.used();
    timers.run(2 * REST_MILLIS);
    assertThat(goodbyes).hasValue(1);
    close(fleet);
    assertThat(goodbyes).hasValue(1);
  }

  /** The store, of which one operation is another. */
  private <T> SharedStore with(String operation, Function<Object, T> other) {
    SharedStore to = store.connect();
    return (SharedStore)
        Proxy.newProxyInstance(
            SharedStore.class.getClassLoader(),
            new Class<?>[] {SharedStore.class},
            (proxy, method, arguments) ->
                method.getName().equals(operation)
                    ? other.apply(arguments[0])
                    : method.invoke(to, arguments));
  }

  private Fleet join() {
    return join(new TargetRegistry());
  }

  private Fleet join(TargetRegistry targets) {
    return join(targets, store.connect());
  }

  private Fleet join(TargetRegistry targets, SharedStore to) {
    return Fleet.joinWhileUsed(
        "program",
        to,
        2,
        targets,
        this::nanos,
        Map.of(ONE, "quota"),
        timers,
        new LeaseClock(timers::millis, timers::millis));
  }

  private long nanos() {
    return TimeUnit.MILLISECONDS.toNanos(timers.millis());
  }

  /** Closing waits until the member is deregistered, for which the timers have to run. */
  private void close(Fleet fleet) {
    Thread closing = Thread.startVirtualThread(fleet::close);
    await()
        .until(
            () -> {
              timers.run(0);
              return !closing.isAlive();
            });
  }
}
