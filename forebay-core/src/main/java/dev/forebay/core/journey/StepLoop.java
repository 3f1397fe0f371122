package dev.forebay.core.journey;

import dev.forebay.core.Step;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop over the steps of one journey: an event goes in, and the step that the journey wants
 * next is done. Whatever drives a journey extends it, and says by its own means how time passes,
 * how an attempt is sent, and how the call ends. Nothing is reported to a journey that is over.
 *
 * <p>Belongs to one thread at a time; only the wake-up that a journey runs may come from any.
 */
public abstract class StepLoop {
  /** The journey that is driven. */
  protected final Journey journey;

  private boolean over;

  /** A journey that is yet to start. */
  protected StepLoop(Journey journey) {
    this.journey = journey;
  }

  /** The time of this loop's clock in nanoseconds. */
  protected abstract long now();

  /** Runs an action on this loop, never within this call. From any thread. */
  protected abstract void execute(Runnable action);

  /** Runs {@link #waited} once that time has come, unless {@link #cancelTimers} runs before. */
  protected abstract void waitUntil(long nanos);

  /** Waits for nothing any more. Runs before each step that does something. */
  protected abstract void cancelTimers();

  /** Sends the request. */
  protected abstract void attempt(Step.Attempt next);

  /** Ends the call with an attempt's answer. */
  protected abstract void answer(Step.Answer answer);

  /** Ends the call without an answer. */
  protected abstract void refuse(Step.Refuse refusal);

  /** Ends a call whose content has begun. */
  protected abstract void interrupt(Step.Interrupt broken);

  /** Ends the call with what stands in for an answer. */
  protected abstract void degrade(Step.Degrade degraded);

  /** An event or a step threw that: a defect. */
  protected abstract void broke(Throwable defect);

  /**
   * Starts the journey.
   *
   * @param first the journey's first step, with what it is to run when it wants to be asked again
   */
  protected final void start(Function<Runnable, @Nullable Step> first) {
    take(() -> first.apply(this::wakeUp));
  }

  private void wakeUp() {
    execute(() -> take(() -> journey.woken(now())));
  }

  /** The time has come that the journey waits for. */
  protected final void waited() {
    take(() -> journey.timer(now()));
  }

  /** Reports an event to the journey, and does what it wants next, if anything. */
  protected final void take(Supplier<? extends @Nullable Step> event) {
    if (over) {
      return;
    }
    try {
      Step next = event.get();
      if (next != null) {
        perform(next);
      }
    } catch (Exception | Error e) {
      broke(e);
    }
  }

  /** Does a step. */
  protected void perform(Step step) {
    if (!(step instanceof Step.Continue)) {
      cancelTimers();
    }
    switch (step) {
      case Step.Attempt next -> attempt(next);
      case Step.WaitUntil wait -> waitUntil(wait.nanos());
      case Step.Continue other -> {}
      case Step.Answer answer -> answer(answer);
      case Step.Refuse refusal -> refuse(refusal);
      case Step.Interrupt broken -> interrupt(broken);
      case Step.Degrade degraded -> degrade(degraded);
    }
  }

  /** The caller gets its end, or has left: no event is taken any more. */
  protected final void close() {
    over = true;
  }

  /** Whether no event is taken any more. */
  protected final boolean isOver() {
    return over;
  }
}
