package dev.forebay.cluster;

import dev.forebay.testkit.VirtualTime;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A member's way to the store in virtual time: operations are counted, and take a round trip. */
final class ToyLink {
  private final VirtualTime time;
  private final Map<String, Integer> operations;
  private final Supplier<Duration> roundTrip;
  private boolean cut;

  /**
   * A way.
   *
   * @param operations counts by the operations' names
   * @param roundTrip how long one takes now
   */
  ToyLink(VirtualTime time, Map<String, Integer> operations, Supplier<Duration> roundTrip) {
    this.time = time;
    this.operations = operations;
    this.roundTrip = roundTrip;
  }

  /** Nothing arrives any more. */
  void cut() {
    cut = true;
  }

  SharedStore to(SharedStore store) {
    return (SharedStore)
        Proxy.newProxyInstance(
            SharedStore.class.getClassLoader(),
            new Class<?>[] {SharedStore.class},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == void.class) {
                return method.invoke(store, arguments);
              }
              operations.merge(method.getName(), 1, Integer::sum);
              if (roundTrip.get().isZero() && !cut) {
                return method.invoke(store, arguments);
              }
              CompletableFuture<Object> answer = new CompletableFuture<>();
              if (cut) {
                answer.completeExceptionally(new TimeoutException("cut off"));
              } else {
                Duration half = roundTrip.get().dividedBy(2);
                time.after(half, () -> arrived(store, method, arguments, half, answer));
              }
              return method.getReturnType() == List.class ? List.of(answer) : answer;
            });
  }

  private void arrived(
      SharedStore at,
      Method operation,
      Object[] arguments,
      Duration back,
      CompletableFuture<Object> answer) {
    Object result;
    try {
      result = operation.invoke(at, arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
    // In memory all that a member asks at once has one answer.
    Object stage = result instanceof List<?> trips ? trips.getFirst() : result;
    ((CompletionStage<?>) stage)
        .whenComplete(
            (value, failure) ->
                time.after(
                    back,
                    () -> {
                      if (failure == null) {
                        answer.complete(value);
                      } else {
                        answer.completeExceptionally(failure);
                      }
                    }));
  }
}
