package dev.forebay.simulator;

import dev.forebay.core.Call;
import dev.forebay.core.Outcome;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import org.jspecify.annotations.Nullable;

/** One call driven by the core's {@link Journey}, by the same protocol as in the gateway. */
final class ForebayRun extends CallRun {
  private static final long WAKE = -1;

  private final Journey journey;
  private final SimulatedGateway gateway;

  /** The attempts under way: the second one is a hedge. */
  private @Nullable Try first;

  private @Nullable Try second;
  private long waits;
  private boolean contentStarted;

  ForebayRun(
      Simulation simulation, PlannedCall call, SimulatedGateway gateway, Route route, Call told) {
    super(simulation, call);
    this.gateway = gateway;
    this.journey =
        gateway.journeys.begin(
            route, told, call.atNanos(), simulation.random(), JourneyListener.NONE);
    gateway.begins();
  }

  @Override
  void over() {
    gateway.ends();
  }

  @Override
  void start(long now) {
    take(journey.start(now, () -> simulation.schedule(simulation.now(), this, WAKE)), now);
  }

  @Override
  public void happens(long tag, long now) {
    if (ended()) {
      return;
    }
    if (tag == WAKE) {
      Step next = journey.woken(now);
      if (next != null) {
        take(next, now);
      }
    } else if (tag == waits) {
      take(journey.timer(now), now);
    }
  }

  private void take(Step step, long now) {
    waits++;
    switch (step) {
      case Step.Attempt attempt -> begin(attempt, now);
      case Step.WaitUntil until -> simulation.schedule(until.nanos(), this, waits);
      case Step.Continue c -> {}
      case Step.Answer a -> throw new IllegalStateException("an answer without an attempt");
      case Step.Interrupt i -> gaveUp(now);
      case Step.Refuse r -> refused(now);
      case Step.Degrade d -> throw new IllegalStateException("there was nothing to give instead");
    }
  }

  private void begin(Step.Attempt attempt, long now) {
    long hedgeAt = attempt.hedgeAtNanos();
    Try begun = new Try(attempt, send(simulation.index(attempt.target().name()), now));
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
      if (shown > attempt.lifeByNanos()) {
        simulation.schedule(attempt.lifeByNanos(), this, SILENT);
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
        Step.Attempt hedge = contentStarted ? null : journey.hedge(now);
        if (hedge != null) {
          take(hedge, now);
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
      stop(now);
      Step step =
          journey.attemptEnded(
              attempt,
              new Outcome.Succeeded(new TokenUsage(call.inputTokens(), call.outputTokens(), 0, 0)),
              now);
      if (!(step instanceof Step.Answer)) {
        throw new IllegalStateException("a success gave " + step);
      }
      stopAllBut(this, now);
      answered(sending, now);
    }

    private void closeWith(Outcome outcome, long now) {
      stop(now);
      take(journey.attemptEnded(attempt, outcome, now), now);
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
