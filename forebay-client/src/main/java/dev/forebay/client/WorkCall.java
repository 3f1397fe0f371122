package dev.forebay.client;

import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Limit;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.StepLoop;
import dev.forebay.engine.Loop;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;

/**
 * Any work under the policies of a route: drives its journey, and has a {@link Doer} make each
 * attempt. Belongs to its loop.
 *
 * @param <T> what the work gives
 */
final class WorkCall<T> extends StepLoop {
  /** Does attempts; their ends are reported on the loop. */
  interface Doer {
    /** Begins one. */
    Running begin(Step.Attempt attempt);
  }

  /** An attempt under way. */
  @FunctionalInterface
  interface Running {
    /** It takes too long, or is not wanted any more. Its end may still be reported. */
    void stop();
  }

  /** How it ended: with a value, or with what is thrown. */
  record Result<T>(@Nullable T value, @Nullable Throwable thrown) {
    /** The value, or what is thrown, which is what the work declares. */
    @SuppressWarnings({"unchecked", "NullAway"})
    <E extends Exception> T give() throws E {
      if (thrown == null) {
        return value;
      }
      if (thrown instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw AbortedException.create("The thread was interrupted while it waited.", thrown);
      }
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (E) thrown;
    }
  }

  private final Loop loop;
  private final Doer doer;
  private final Runnable ends;
  private final Runnable whenOver;

  private Step.@Nullable Attempt attempt;
  private @Nullable Running running;
  private Loop.@Nullable Timer timer;

  /** What the attempt threw with whose failure the call ends if no target does the work. */
  private @Nullable Throwable ending;

  private @Nullable T value;

  private volatile @Nullable Result<T> result;

  /**
   * A call that is yet to start.
   *
   * @param ends runs once, before {@link #result} is there: the caller's next call finds its place
   * @param whenOver runs once, when {@link #result} is there
   */
  WorkCall(Journey journey, Loop loop, Doer doer, Runnable ends, Runnable whenOver) {
    super(journey);
    this.loop = loop;
    this.doer = doer;
    this.ends = ends;
    this.whenOver = whenOver;
  }

  /** Null until it is over. May be asked on any thread. */
  @Nullable Result<T> result() {
    return result;
  }

  /** Ends the future as the call has ended. */
  void complete(CompletableFuture<T> future) {
    Result<T> known = result;
    if (known != null && known.thrown() != null) {
      future.completeExceptionally(known.thrown());
    } else if (known != null) {
      future.complete(known.value());
    }
  }

  void start() {
    start(wakeUp -> journey.start(now(), wakeUp));
  }

  @Override
  protected long now() {
    return loop.nanos();
  }

  @Override
  protected void execute(Runnable action) {
    loop.execute(action);
  }

  /** An attempt gave a value. */
  void succeeded(Step.Attempt of, T given) {
    if (isUnderWay(of)) {
      value = given;
      ended(of, new Outcome.Succeeded(TokenUsage.NONE), null);
    }
  }

  /** An attempt threw something. */
  void failed(Step.Attempt of, Throwable thrown) {
    if (isUnderWay(of)) {
      ended(of, WorkOutcomes.of(thrown), thrown);
    }
  }

  private boolean isUnderWay(Step.Attempt of) {
    return !isOver() && of.equals(attempt);
  }

  private void ended(Step.Attempt of, Outcome outcome, @Nullable Throwable thrown) {
    attempt = null;
    running = null;
    cancelTimers();
    take(
        () -> {
          Step next = journey.attemptEnded(of, outcome, now());
          if (journey.endsWith(of)) {
            ending = thrown;
          }
          return next;
        });
  }

  /** The caller wants no result any more. */
  void leave(Throwable why) {
    if (!isOver()) {
      Running stopped = running;
      attempt = null;
      running = null;
      cancelTimers();
      journey.callerLeft(now());
      if (stopped != null) {
        stopped.stop();
      }
      finish(new Result<>(null, why));
    }
  }

  @Override
  protected void waitUntil(long nanos) {
    timer = loop.timer(nanos - now(), this::waitOver);
  }

  private void waitOver() {
    timer = null;
    waited();
  }

  @Override
  protected void attempt(Step.Attempt next) {
    attempt = next;
    long endBy = endByNanos(next);
    timer = loop.timer(endBy - now(), () -> tooLate(next));
    running = doer.begin(next);
  }

  @Override
  protected void answer(Step.Answer answer) {
    finish(new Result<>(value, null));
  }

  @Override
  protected void refuse(Step.Refuse refusal) {
    finish(new Result<>(null, refused(refusal)));
  }

  @Override
  protected void interrupt(Step.Interrupt broken) {
    throw new IllegalStateException("work has no stream");
  }

  @Override
  protected void degrade(Step.Degrade degraded) {
    throw new IllegalStateException("work has no other answer");
  }

  @Override
  protected void broke(Throwable defect) {
    leave(defect);
  }

  /** When an attempt is given up: work is whole or nothing, so it shows no life before its end. */
  static long endByNanos(Step.Attempt of) {
    long first =
        of.firstFrameByNanos() - of.endByNanos() < 0 ? of.firstFrameByNanos() : of.endByNanos();
    return first - of.lastNanos() < 0 ? first : of.lastNanos();
  }

  private void tooLate(Step.Attempt which) {
    timer = null;
    if (isUnderWay(which)) {
      Running stopped = running;
      Limit limit = which.limitAt(now(), false, false);
      if (stopped != null) {
        stopped.stop();
      }
      ended(which, WorkOutcomes.timedOut(limit), null);
    }
  }

  /** The work's own exception says most, if it is its failure that the call ends with. */
  private Throwable refused(Step.Refuse refusal) {
    Throwable thrown = ending;
    return thrown != null && WorkOutcomes.of(thrown).error().status() == refusal.error().status()
        ? thrown
        : WorkOutcomes.exception(refusal.error(), refusal.why(), Optional.ofNullable(thrown));
  }

  private void finish(Result<T> ending) {
    cancelTimers();
    ends.run();
    close();
    result = ending;
    whenOver.run();
  }

  @Override
  protected void cancelTimers() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
