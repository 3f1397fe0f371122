package dev.forebay.testkit;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.journey.DegradedSource;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.StepLoop;
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
  public JourneyRun drive(Journey journey, DegradedSource degradedSource) {
    JourneyRun run = new JourneyRun();
    new Ride(journey, run).start(degradedSource);
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
  private final class Ride extends StepLoop {
    private final JourneyRun run;
    private final List<Try> tries = new ArrayList<>();
    private int waits;

    Ride(Journey journey, JourneyRun run) {
      super(journey);
      this.run = run;
    }

    void start(DegradedSource degradedSource) {
      start(wakeUp -> journey.start(now(), wakeUp, degradedSource));
    }

    @Override
    protected long now() {
      return time.nanos();
    }

    @Override
    protected void execute(Runnable action) {
      time.at(now(), action);
    }

    @Override
    protected void waitUntil(long nanos) {
      int wait = waits;
      time.at(
          nanos,
          () -> {
            if (wait == waits) {
              waited();
            }
          });
    }

    @Override
    protected void cancelTimers() {
      waits++;
    }

    @Override
    protected void perform(Step step) {
      run.steps.add(step);
      run.stepsAtNanos.add(now());
      super.perform(step);
    }

    @Override
    protected void attempt(Step.Attempt attempt) {
      long hedgeAt = attempt.hedgeAtNanos();
      Try begun = new Try(this, attempt, scripted(attempt.target()));
      tries.add(begun);
      begun.begin();
      if (hedgeAt != Step.Attempt.NEVER) {
        begun.at(hedgeAt, this::hedge);
      }
    }

    private void hedge() {
      if (run.attemptsWithContent == 0) {
        take(() -> journey.hedge(now()));
      }
    }

    private void firstFrameReceived(Step.Attempt attempt) {
      run.lifeShown = true;
      journey.firstFrameReceived(attempt, now());
    }

    private void contentStarts(Try by) {
      run.attemptsWithContent++;
      stopAllBut(by);
      journey.contentStarted(by.attempt, now());
    }

    private void ended(Step.Attempt attempt, Outcome outcome) {
      take(() -> journey.attemptEnded(attempt, outcome, now()));
    }

    private void stopAllBut(@Nullable Try kept) {
      List.copyOf(tries).stream().filter(one -> !one.equals(kept)).forEach(Try::stop);
    }

    void callerLeaves() {
      if (!isOver()) {
        stopAllBut(null);
        run.callerLeft = true;
        run.endedAtNanos = now();
        journey.callerLeft(now());
        close();
      }
    }

    @Override
    protected void answer(Step.Answer answer) {
      end(answer);
    }

    @Override
    protected void refuse(Step.Refuse refusal) {
      end(refusal);
    }

    @Override
    protected void interrupt(Step.Interrupt broken) {
      end(broken);
    }

    @Override
    protected void degrade(Step.Degrade degraded) {
      end(degraded);
    }

    private void end(Step step) {
      stopAllBut(null);
      run.end = step;
      run.endedAtNanos = now();
      close();
    }

    @Override
    protected void broke(Throwable defect) {
      throw new IllegalStateException("a journey broke after " + run.steps, defect);
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
      long firstFrameAt = reply.life() == null ? contentAt : begun + reply.life().toNanos();
      if (firstFrameAt > attempt.firstFrameByNanos()) {
        timeOut(attempt.firstFrameByNanos(), false, false);
        return;
      }
      if (reply.life() != null) {
        at(firstFrameAt, this::firstFrameReceived);
        long silentUntil = attempt.timeoutBeforeContent(firstFrameAt);
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

    private void firstFrameReceived() {
      ride.firstFrameReceived(attempt);
    }

    private void contentStarted() {
      ride.contentStarts(this);
    }

    private void timeOut(long atNanos, boolean alive, boolean content) {
      ErrorInfo error = new ErrorInfo(408, "ModelTimeoutException", "scripted time-out");
      at(
          atNanos,
          () -> close(new Outcome.TimedOut(attempt.limitAt(atNanos, alive, content), error)));
    }

    private void close(Outcome outcome) {
      stop();
      ride.ended(attempt, outcome);
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
