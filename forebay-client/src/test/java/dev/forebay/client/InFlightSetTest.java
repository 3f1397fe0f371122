package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class InFlightSetTest {
  private final InFlightSet<String> calls = new InFlightSet<>();

  private List<String> values() {
    return calls.all().stream().map(InFlightSet.Place::value).toList();
  }

  @Test
  void whatWasAddedIsThereUntilItIsRemoved() {
    InFlightSet.Place<String> a = calls.add("a");
    InFlightSet.Place<String> b = calls.add("b");
    InFlightSet.Place<String> c = calls.add("c");
    assertThat(values()).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(b.remove()).isTrue();
    assertThat(values()).containsExactlyInAnyOrder("a", "c");
    assertThat(c.remove()).isTrue();
    assertThat(values()).containsExactly("a");
    assertThat(calls.isEmpty()).isFalse();
    assertThat(a.remove()).isTrue();
    assertThat(calls.isEmpty()).isTrue();
  }

  @Test
  void aPlaceIsRemovedOnce() {
    InFlightSet.Place<String> first = calls.add("same");
    calls.add("same");
    assertThat(first.remove()).isTrue();
    assertThat(first.remove()).isFalse();
    assertThat(values()).containsExactly("same");
  }

  /** Places may outlive their removal by long, as an idle connection's do. */
  @Test
  void aRemovedPlaceKeepsNoNeighbour() {
    InFlightSet<Object> objects = new InFlightSet<>();
    List<InFlightSet.Place<Object>> neighbours = new ArrayList<>();
    neighbours.add(objects.add(new Object()));
    InFlightSet.Place<Object> kept = objects.add(new Object());
    neighbours.add(objects.add(new Object()));
    assertThat(kept.remove()).isTrue();
    neighbours.forEach(each -> assertThat(each.remove()).isTrue());
    WeakReference<Object> before = new WeakReference<>(neighbours.getFirst().value());
    WeakReference<Object> after = new WeakReference<>(neighbours.getLast().value());
    neighbours.clear();
    await()
        .until(
            () -> {
              System.gc();
              return before.refersTo(null) && after.refersTo(null);
            });
    assertThat(kept.remove()).isFalse();
  }

  @Test
  void anotherThreadMayRemoveIt() throws Exception {
    InFlightSet.Place<String> mine = calls.add("mine");
    Thread other = Thread.ofPlatform().start(mine::remove);
    other.join();
    assertThat(calls.isEmpty()).isTrue();
  }

  @Test
  void manyThreadsLeaveNothingBehind() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        running.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 10_000; i++) {
                    InFlightSet.Place<String> outer = calls.add("outer");
                    InFlightSet.Place<String> inner = calls.add("inner");
                    assertThat(outer.remove()).isTrue();
                    assertThat(inner.remove()).isTrue();
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    assertThat(calls.isEmpty()).isTrue();
    assertThat(calls.all()).isEmpty();
  }
}
