package dev.forebay.cluster;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The store's operations in memory and virtual time, so far away as a test says. */
final class MemoryAnswers implements AnswerStore {
  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Value(byte[] bytes, long untilMillis) {}

  private record Claim(String token, String request, long untilMillis) {}

  private final VirtualTimers timers;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Claim> claims = new HashMap<>();
  private long awayMillis;
  private boolean down;
  private boolean full;
  private boolean refusesAnswers;
  private int operations;

  MemoryAnswers(VirtualTimers timers) {
    this.timers = timers;
  }

  void away(long millis) {
    awayMillis = millis;
  }

  void down(boolean isDown) {
    down = isDown;
  }

  /** Whether it has no room for more. */
  void full(boolean isFull) {
    full = isFull;
  }

  /** Whether it fails to take answers, but nothing else. */
  void refusesAnswers(boolean refuses) {
    refusesAnswers = refuses;
  }

  int operations() {
    return operations;
  }

  /** Changes all values. */
  void spoil(UnaryOperator<byte[]> change) {
    values.replaceAll((name, value) -> new Value(change.apply(value.bytes()), value.untilMillis()));
  }

  private <T> CompletionStage<T> done(Supplier<T> operation) {
    operations++;
    if (down) {
      return CompletableFuture.failedFuture(new IllegalStateException("down"));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (awayMillis == 0) {
      complete(answer, operation);
    } else {
      timers.after(awayMillis, () -> complete(answer, operation));
    }
    return answer;
  }

  private static <T> void complete(CompletableFuture<T> answer, Supplier<T> operation) {
    try {
      answer.complete(operation.get());
    } catch (IllegalStateException refused) {
      answer.completeExceptionally(refused);
    }
  }

  private @Nullable Claim claimed(String name) {
    Claim claim = claims.get(name);
    return claim == null || claim.untilMillis() <= timers.millis() ? null : claim;
  }

  private @Nullable Value value(String name) {
    Value value = values.get(name);
    return value == null || value.untilMillis() <= timers.millis() ? null : value;
  }

  @Override
  public CompletionStage<Entry> readOrClaim(String name, String token, String request) {
    return done(
        () -> {
          Value value = value(name);
          if (value != null) {
            return new Entry.Answer(value.bytes(), value.untilMillis() - timers.millis());
          }
          Claim claim = claimed(name);
          if (claim != null && !claim.token().equals(token)) {
            return new Entry.Claimed(claim.request());
          }
          if (token.isEmpty() || full) {
            return new Entry.Nothing();
          }
          claims.put(name, new Claim(token, request, timers.millis() + CLAIM_MILLIS));
          return new Entry.Mine();
        });
  }

  @Override
  public CompletionStage<Boolean> keep(
      String name, String token, byte[] bytes, long millis, boolean firstStays) {
    return done(
        () -> {
          Claim claim = claimed(name);
          if ((claim != null && !claim.token().equals(token))
              || (firstStays && value(name) != null)) {
            return false;
          }
          if (refusesAnswers) {
            throw new IllegalStateException("no");
          }
          if (full) {
            throw new IllegalStateException(
                "OOM command not allowed when used memory > 'maxmemory'.");
          }
          values.put(name, new Value(bytes, timers.millis() + millis));
          claims.remove(name);
          return true;
        });
  }

  @Override
  public CompletionStage<Boolean> claim(String name, String token, long millis) {
    return done(
        () -> {
          Claim claim = claimed(name);
          if (claim == null || !claim.token().equals(token)) {
            return false;
          }
          claims.put(name, new Claim(token, claim.request(), timers.millis() + millis));
          return true;
        });
  }
}
