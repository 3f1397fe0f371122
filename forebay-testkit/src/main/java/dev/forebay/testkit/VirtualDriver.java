package dev.forebay.testkit;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.journey.DegradedSource;
import dev.forebay.core.journey.Journey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    return drive(journey, DegradedSource.NONE);
  }

  /** Starts a journey of a call that may get something else when no target answers. */
  public JourneyRun drive(Journey journey, DegradedSource spare) {
    JourneyRun run = new JourneyRun();
    new Ride(journey, run).start(spare);
    return run;
  }

  /** Starts a journey whose caller leaves that much later. */
  public JourneyRun driveUntilCallerLeaves(Journey journey, Duration after) {
    JourneyRun run = new JourneyRun();
    Ride ride = new Ride(journey, run);
    time.after(after, ride::callerLeaves);
    ride.start(DegradedSource.NONE);
    return run;
  }

  private ScriptedTarget scripted(Target target) {
    ScriptedTarget scripted = targets.get(target.name());
    if (scripted == null) {
      throw new IllegalArgumentException("no script for target " + target.name());
    }
    return scripted;
  }

  /** One journey under way. */
  private final class Ride {
    private final Journey journey;
    private final JourneyRun run;
    private final List<Try> tries = new ArrayList<>();
    private int waits;

    Ride(Journey journey, JourneyRun run) {
      this.journey = journey;
      this.run = run;
    }

    void start(DegradedSource spare) {
      take(journey.start(time.nanos(), () -> time.at(time.nanos(), this::wake), spare));
    }

    private void wake() {
      Step next = journey.woken(time.nanos());
      if (next != null) {
        take(next);
      }
    }

    private void take(Step step) {
      run.steps.add(step);
      run.stepsAtNanos.add(time.nanos());
      int wait = ++waits;
      switch (step) {
        case Step.Attempt attempt -> begin(attempt);
        case Step.WaitUntil until ->
            time.at(
                until.nanos(),
                () -> {
                  if (wait == waits && !run.callerLeft) {
                    take(journey.timer(time.nanos()));
                  }
                });
        case Step.Continue c -> {}
        case Step.Answer a -> end(step);
        case Step.Interrupt i -> end(step);
        case Step.Refuse r -> end(step);
        case Step.Degrade d -> end(step);
      }
    }

    private void begin(Step.Attempt attempt) {
      long hedgeAt = attempt.hedgeAtNanos();
      Try begun = new Try(this, attempt, scripted(attempt.target()));
      tries.add(begun);
      begun.begin();
      if (hedgeAt != Step.Attempt.NEVER) {
        begun.at(hedgeAt, this::hedge);
      }
    }

    private void hedge() {
      Step.Attempt hedge = run.attemptsWithContent == 0 ? journey.hedge(time.nanos()) : null;
      if (hedge != null) {
        take(hedge);
      }
    }

    private void stopAllBut(@Nullable Try kept) {
      List.copyOf(tries).stream().filter(one -> !one.equals(kept)).forEach(Try::stop);
    }

    void callerLeaves() {
      if (!journey.ended()) {
        stopAllBut(null);
        run.callerLeft = true;
        run.endedAtNanos = time.nanos();
        journey.callerLeft(time.nanos());
      }
    }

    private void end(Step step) {
      if (run.end != null) {
        throw new IllegalStateException("a journey ended twice: " + run.steps);
      }
      stopAllBut(null);
      run.end = step;
      run.endedAtNanos = time.nanos();
    }
  }

  /** One attempt under way. What was scheduled for one that is over no longer counts. */
  private final class Try {
    private final Ride ride;
    private final Step.Attempt attempt;
    private final ScriptedTarget target;
    private boolean over;

    Try(Ride ride, Step.Attempt attempt, ScriptedTarget target) {
      this.ride = ride;
      this.attempt = attempt;
      this.target = target;
    }

    void begin() {
      ScriptedReply reply = target.begin();
      long begun = time.nanos();
      long ended = reply.end() == null ? Long.MAX_VALUE : begun + reply.end().toNanos();
      long contentAt = reply.content() == null ? ended : begun + reply.content().toNanos();
      long lifeAt = reply.life() == null ? contentAt : begun + reply.life().toNanos();
      if (lifeAt > attempt.lifeByNanos()) {
        timeOut(attempt.lifeByNanos(), false, false);
        return;
      }
      if (reply.life() != null) {
        at(lifeAt, this::lifeShows);
        long silentUntil = attempt.timeoutBeforeContent(lifeAt);
        if (contentAt > silentUntil) {
          timeOut(silentUntil, true, false);
          return;
        }
      }
      if (reply.content() != null) {
        at(contentAt, this::contentStarted);
        long silentUntil = attempt.timeoutAfterContent(contentAt);
        if (ended > silentUntil) {
          timeOut(silentUntil, true, true);
          return;
        }
      }
      at(ended, () -> close(reply.outcome()));
    }

    private void lifeShows() {
      ride.run.lifeShown = true;
      ride.journey.showedLife(attempt, time.nanos());
    }

    private void contentStarted() {
      ride.run.attemptsWithContent++;
      ride.stopAllBut(this);
      ride.journey.contentStarted(attempt, time.nanos());
    }

    private void timeOut(long atNanos, boolean alive, boolean content) {
      ErrorInfo error = new ErrorInfo(408, "ModelTimeoutException", "scripted time-out");
      at(
          atNanos,
          () -> close(new Outcome.TimedOut(attempt.limitAt(atNanos, alive, content), error)));
    }

    private void close(Outcome outcome) {
      stop();
      ride.take(ride.journey.attemptEnded(attempt, outcome, time.nanos()));
    }

    void stop() {
      if (!over) {
        over = true;
        target.end();
        ride.tries.remove(this);
      }
    }

    void at(long nanos, Runnable action) {
      time.at(
          nanos,
          () -> {
            if (!over) {
              action.run();
            }
          });
    }
  }
}
