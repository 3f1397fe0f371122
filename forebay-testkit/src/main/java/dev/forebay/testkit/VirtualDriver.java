package dev.forebay.testkit;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Journey;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import java.time.Duration;
import java.util.Map;

/**
 * Drives journeys in virtual time against scripted targets, any number of them interleaved. It
 * keeps the attempts' time limits as a real driver does.
 */
public final class VirtualDriver {
  private final VirtualTime time;
  private final Map<String, ScriptedTarget> targets;

  /** A driver for targets by name. */
  public VirtualDriver(VirtualTime time, Map<String, ScriptedTarget> targets) {
    this.time = time;
    this.targets = Map.copyOf(targets);
  }

  /** Starts a journey now; {@link VirtualTime} takes it to its end. */
  public JourneyRun drive(Journey journey) {
    JourneyRun run = new JourneyRun();
    new Ride(journey, run).take(journey.start(time.nanos()));
    return run;
  }

  /** Starts a journey whose caller leaves that much later. */
  public JourneyRun driveUntilCallerLeaves(Journey journey, Duration after) {
    JourneyRun run = new JourneyRun();
    Ride ride = new Ride(journey, run);
    time.after(after, ride::callerLeaves);
    ride.take(journey.start(time.nanos()));
    return run;
  }

  private ScriptedTarget scripted(Target target) {
    ScriptedTarget scripted = targets.get(target.name());
    if (scripted == null) {
      throw new IllegalArgumentException("no script for target " + target.name());
    }
    return scripted;
  }

  /** One journey under way. What was scheduled for an attempt that is over no longer counts. */
  private final class Ride {
    private final Journey journey;
    private final JourneyRun run;
    private int generation;
    private boolean attempting;
    private ScriptedTarget current = new ScriptedTarget(Reply.hang());

    Ride(Journey journey, JourneyRun run) {
      this.journey = journey;
      this.run = run;
    }

    void take(Step step) {
      run.steps.add(step);
      run.stepsAtNanos.add(time.nanos());
      switch (step) {
        case Step.Attempt attempt -> begin(attempt);
        case Step.WaitUntil wait -> at(wait.nanos(), () -> take(journey.timer(time.nanos())));
        case Step.Answer a -> end(step);
        case Step.Interrupt i -> end(step);
        case Step.Refuse r -> end(step);
      }
    }

    private void begin(Step.Attempt attempt) {
      current = scripted(attempt.target());
      Reply reply = current.begin();
      attempting = true;
      long begun = time.nanos();
      Duration content = reply.content();
      Duration end = reply.end();
      long ended = end == null ? Long.MAX_VALUE : begun + end.toNanos();
      long contentAt = content == null ? ended : begun + content.toNanos();
      if (contentAt > attempt.timeoutBeforeContent()) {
        timeOut(attempt, attempt.timeoutBeforeContent(), false);
        return;
      }
      if (content != null) {
        at(contentAt, this::contentStarted);
        long silentUntil = attempt.timeoutAfterContent(contentAt);
        if (ended > silentUntil) {
          timeOut(attempt, silentUntil, true);
          return;
        }
      }
      at(ended, () -> close(reply.outcome()));
    }

    private void contentStarted() {
      run.attemptsWithContent++;
      journey.contentStarted(time.nanos());
    }

    private void timeOut(Step.Attempt attempt, long atNanos, boolean content) {
      ErrorInfo error = new ErrorInfo(408, "ModelTimeoutException", "scripted time-out");
      at(atNanos, () -> close(new Outcome.TimedOut(attempt.limitAt(atNanos, content), error)));
    }

    private void close(Outcome outcome) {
      generation++;
      stopAttempting();
      take(journey.attemptEnded(outcome, time.nanos()));
    }

    void callerLeaves() {
      if (!journey.ended()) {
        generation++;
        stopAttempting();
        run.callerLeft = true;
        run.endedAtNanos = time.nanos();
        journey.callerLeft(time.nanos());
      }
    }

    private void stopAttempting() {
      if (attempting) {
        attempting = false;
        current.end();
      }
    }

    private void end(Step step) {
      if (run.end != null) {
        throw new IllegalStateException("a journey ended twice: " + run.steps);
      }
      run.end = step;
      run.endedAtNanos = time.nanos();
    }

    private void at(long nanos, Runnable action) {
      int scheduledIn = generation;
      time.at(
          nanos,
          () -> {
            if (generation == scheduledIn && !run.callerLeft) {
              action.run();
            }
          });
    }
  }
}
