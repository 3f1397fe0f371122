package dev.forebay.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Neither a listener nor a trace can break a call, or keep others from hearing it. */
class SafeListenersTest {
  private static final Route ROUTE =
      new Route(
          "chat",
          List.of(new Tier(List.of(new Target("sonnet", Timeouts.DEFAULTS)))),
          Duration.ofSeconds(60),
          Duration.ofSeconds(20),
          RetryPolicy.DEFAULTS,
          BreakerPolicy.DEFAULTS,
          HedgePolicy.OFF);
  private static final JourneyListener DEFECTIVE =
      (journey, event) -> {
        throw new NoSuchMethodError("of another library");
      };

  private final List<JourneyEvent> heard = new ArrayList<>();
  private final List<String> headers = new ArrayList<>();

  @Test
  void aListenerThatFailsBreaksNothing() {
    SafeListeners listeners = new SafeListeners(DEFECTIVE, (journey, event) -> heard.add(event));

    assertThat(call(listeners, CallTrace.NONE)).isInstanceOf(Step.Answer.class);
    assertThat(heard).hasSize(3);
  }

  @Test
  void aTracingThatFailsBreaksNothing() {
    CallTracing defective =
        origin -> {
          throw new IllegalStateException("no tracer");
        };
    CallTracing tracing =
        SafeTracing.of(List.of(defective, origin -> new Trace(true), origin -> new Trace(false)));

    assertThat(call(JourneyListener.NONE, tracing.begin(CallOrigin.UNKNOWN)))
        .isInstanceOf(Step.Answer.class);
    assertThat(heard).hasSize(3);
    assertThat(headers).as("one that failed hears no more").containsExactly("well");
  }

  @Test
  void noTracingCostsNothing() {
    assertThat(SafeTracing.of(List.of())).isSameAs(CallTracing.NONE);
  }

  private Step call(JourneyListener listener, CallTrace trace) {
    Call call = new Call(false, 10, 10, Call.ROUTE_DEADLINE);
    Journey journey =
        new Journeys().begin(ROUTE, call, 0, new SplittableRandom(1), listener, trace);
    Step.Attempt attempt = (Step.Attempt) journey.start(0, () -> {});
    trace.name(attempt, (name, value) -> headers.add(value));
    return journey.attemptEnded(attempt, new Outcome.Succeeded(TokenUsage.NONE), 1);
  }

  /** A trace that fails from its first event on, or is well. */
  private final class Trace implements CallTrace {
    private final boolean fails;

    Trace(boolean fails) {
      this.fails = fails;
    }

    @Override
    public CallOrigin origin() {
      return CallOrigin.UNKNOWN;
    }

    @Override
    public @Nullable String keptId() {
      return null;
    }

    @Override
    public void name(Step.Attempt attempt, BiConsumer<String, String> header) {
      header.accept("traceparent", fails ? "defective" : "well");
    }

    @Override
    public void on(JourneyView journey, JourneyEvent event) {
      if (fails) {
        DEFECTIVE.on(journey, event);
      }
      heard.add(event);
    }
  }
}
