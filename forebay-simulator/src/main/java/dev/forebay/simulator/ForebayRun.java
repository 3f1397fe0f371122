package dev.forebay.simulator;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.StepLoop;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call driven by the core's {@link Journey}, by the same protocol as in the gateway. */
final class ForebayRun extends CallRun {
  private final Journey journey;
  private final Steps steps;
  private final SimulatedGateway gateway;

  /** The attempts under way: the second one is a hedge. */
  private @Nullable Try first;

  private @Nullable Try second;
  private @Nullable Sending answering;
  private boolean contentStarted;

  ForebayRun(
      Simulation simulation,
      PlannedCall call,
      SimulatedGateway gateway,
      Route route,
      Call estimated) {
    super(simulation, call);
    this.gateway = gateway;
    this.journey =
        gateway.journeys.begin(
            route, estimated, call.atNanos(), simulation.random(), JourneyListener.NONE);
    this.steps = new Steps();
    gateway.begins();
  }

  @Override
  void over() {
    steps.end();
    gateway.ends();
  }

  @Override
  void start(long now) {
    steps.begin();
  }

  @Override
  public void happens(long tag, long now) {
    steps.waitOver(tag);
  }

  /** The loop over the journey's steps, in the simulation's time. */
  private final class Steps extends StepLoop {
    /** What was scheduled for a wait that is over no longer counts. */
    private long waits;

    Steps() {
      super(ForebayRun.this.journey);
    }

    void begin() {
      start(wakeUp -> journey.start(now(), wakeUp));
    }

    void happened(Supplier<? extends @Nullable Step> event) {
      take(event);
    }

    void waitOver(long wait) {
      if (wait == waits) {
        waited();
      }
    }

    void end() {
      close();
    }

    @Override
    protected long now() {
      return simulation.now();
    }

    @Override
    protected void execute(Runnable action) {
      simulation.schedule(now(), (tag, now) -> action.run(), 0);
    }

    @Override
    protected void waitUntil(long nanos) {
      simulation.schedule(nanos, ForebayRun.this, waits);
    }

    @Override
    protected void cancelTimers() {
      waits++;
    }

    @Override
    protected void attempt(Step.Attempt attempt) {
      long hedgeAt = attempt.hedgeAtNanos();
      Try begun = new Try(attempt, send(simulation.index(attempt.target().name()), now()));
      if (first == null) {
        first = begun;
      } else {
        second = begun;
      }
      begun.scheduleEnd();
      if (hedgeAt != Step.Attempt.NEVER) {
        simulation.schedule(hedgeAt, begun, Try.HEDGE);
      }
    }

    @Override
    protected void answer(Step.Answer answer) {
      Sending by = answering;
      if (by == null) {
        throw new IllegalStateException("an answer without an attempt");
      }
      stopAllBut(null, now());
      answered(by, now());
    }

    @Override
    protected void refuse(Step.Refuse refusal) {
      refused(now());
    }

    @Override
    protected void interrupt(Step.Interrupt broken) {
      gaveUp(now());
    }

    @Override
    protected void degrade(Step.Degrade degraded) {
      throw new IllegalStateException("there was nothing to give instead");
    }

    @Override
    protected void broke(Throwable defect) {
      throw new IllegalStateException("call " + call.index() + " broke", defect);
    }
  }

  private void stopAllBut(@Nullable Try kept, long now) {
    for (Try one : new @Nullable Try[] {first, second}) {
      if (one != null && !one.equals(kept)) {
        one.stop(now);
      }
    }
  }

  /** One attempt under way. What was scheduled for one that is over no longer counts. */
  private final class Try implements EventQueue.Actor {
    static final long CONTENT = 0;
    static final long END = 1;
    static final long SILENT = 2;
    static final long BROKEN_OFF = 3;
    static final long HEDGE = 4;
    static final long LEAVE = 5;

    private final Step.Attempt attempt;
    private final Sending sending;
    private boolean over;

    Try(Step.Attempt attempt, Sending sending) {
      this.attempt = attempt;
      this.sending = sending;
    }

    void scheduleEnd() {
      if (sending.endNanos > call.endByNanos()) {
        simulation.schedule(call.endByNanos(), this, LEAVE);
      }
      boolean streams = journey.call().streaming() && sending.answers();
      long shown = streams ? sending.contentNanos : sending.endNanos;
      if (shown > attempt.firstFrameByNanos()) {
        simulation.schedule(attempt.firstFrameByNanos(), this, SILENT);
        return;
      }
      if (streams) {
        simulation.schedule(shown, this, CONTENT);
        // Tokens come steadily, so that only the longest time can end an answer that has begun.
        if (sending.endNanos > attempt.lastNanos()) {
          simulation.schedule(attempt.lastNanos(), this, BROKEN_OFF);
          return;
        }
      }
      simulation.schedule(sending.endNanos, this, END);
    }

    @Override
    public void happens(long tag, long now) {
      if (over) {
        return;
      }
      if (tag == CONTENT) {
        contentStarted = true;
        stopAllBut(this, now);
        journey.contentStarted(attempt, now);
      } else if (tag == END) {
        end(now);
      } else if (tag == LEAVE) {
        produced(now);
        stopAllBut(null, now);
        journey.callerLeft(now);
        gaveUp(now);
      } else if (tag == HEDGE) {
        if (!contentStarted) {
          steps.happened(() -> journey.hedge(now));
        }
      } else {
        boolean begun = tag == BROKEN_OFF;
        produced(now);
        Outcome.Limit limit = attempt.limitAt(now, begun, begun);
        closeWith(new Outcome.TimedOut(limit, Errors.TIMEOUT), now);
      }
    }

    /** What has come of a stream is known when it breaks off. */
    private void produced(long now) {
      if (contentStarted && sending.answers()) {
        journey.produced(attempt, sending.outputSoFar(now), now);
      }
    }

    private void end(long now) {
      if (!sending.answers()) {
        closeWith(Errors.of(sending.status), now);
        return;
      }
      answering = sending;
      closeWith(
          new Outcome.Succeeded(new TokenUsage(call.inputTokens(), call.outputTokens(), 0, 0)),
          now);
    }

    private void closeWith(Outcome outcome, long now) {
      stop(now);
      steps.happened(() -> journey.attemptEnded(attempt, outcome, now));
    }

    void stop(long now) {
      if (over) {
        return;
      }
      over = true;
      if (this.equals(first)) {
        first = second;
      }
      second = null;
      close(sending, now);
    }
  }
}
