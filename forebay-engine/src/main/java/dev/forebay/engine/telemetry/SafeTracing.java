package dev.forebay.engine.telemetry;

import dev.forebay.core.Step;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several tracings, one after the other, whose defects are kept from the calls that they follow,
 * and from each other. A trace that failed gets no more events of its call. Thread-safe if they
 * are.
 */
public final class SafeTracing implements CallTracing {
  private static final Logger log = LoggerFactory.getLogger(SafeTracing.class);

  private final List<CallTracing> tracings;
  private final AtomicBoolean reported = new AtomicBoolean();

  private SafeTracing(List<CallTracing> tracings) {
    this.tracings = List.copyOf(tracings);
  }

  /** All of them as one; without any, {@link CallTracing#NONE}, which costs nothing. */
  public static CallTracing of(List<CallTracing> tracings) {
    return tracings.isEmpty() ? CallTracing.NONE : new SafeTracing(tracings);
  }

  @Override
  public CallTrace begin(CallOrigin origin) {
    List<CallTrace> begun = new ArrayList<>(tracings.size());
    for (CallTracing each : tracings) {
      try {
        begun.add(each.begin(origin));
      } catch (Exception | Error e) {
        report(e);
      }
    }
    return begun.isEmpty() ? CallTrace.none(origin) : new SafeTrace(origin, begun);
  }

  private void report(Throwable defect) {
    if (reported.compareAndSet(false, true)) {
      log.error("A call could not be traced; further failures are suppressed", defect);
    }
  }

  /** One call's traces, those that failed taken out. Belongs to its call. */
  private final class SafeTrace implements CallTrace {
    private final CallOrigin origin;
    private final List<CallTrace> traces;

    SafeTrace(CallOrigin origin, List<CallTrace> traces) {
      this.origin = origin;
      this.traces = traces;
    }

    @Override
    public CallOrigin origin() {
      return origin;
    }

    @Override
    public @Nullable String keptId() {
      AtomicReference<@Nullable String> id = new AtomicReference<>();
      traces.removeIf(each -> fails(() -> id.compareAndSet(null, each.keptId())));
      return id.get();
    }

    @Override
    public void name(Step.Attempt attempt, BiConsumer<String, String> header) {
      traces.removeIf(each -> fails(() -> each.name(attempt, header)));
    }

    @Override
    public void on(JourneyView journey, JourneyEvent event) {
      traces.removeIf(each -> fails(() -> each.on(journey, event)));
    }

    private boolean fails(Runnable action) {
      try {
        action.run();
        return false;
      } catch (Exception | Error e) {
        report(e);
        return true;
      }
    }
  }
}
