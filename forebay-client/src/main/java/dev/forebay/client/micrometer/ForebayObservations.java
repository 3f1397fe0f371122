package dev.forebay.client.micrometer;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.event.CallOrigin;
import dev.forebay.core.event.CallTrace;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyView;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes an observation of each call ({@link CallConvention}) and a child of each attempt ({@link
 * AttemptConvention}). The parent of a call is the current observation of the thread that makes it.
 * With Micrometer's bridge to a tracer they become spans, whose headers go to the target.
 * Thread-safe.
 *
 * <p>A {@code GlobalObservationConvention} of the registry for {@link CallContext} or {@link
 * AttemptContext} replaces the names and keys.
 */
public final class ForebayObservations implements CallTracing {
  private static final CallConvention CALLS = new CallConvention();
  private static final AttemptConvention ATTEMPTS = new AttemptConvention();

  private final ObservationRegistry registry;

  /** Observations in a registry. */
  public ForebayObservations(ObservationRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
  }

  @Override
  public CallTrace begin(CallOrigin origin) {
    return registry.isNoop() ? CallTrace.none(origin) : new ObservedCall(origin);
  }

  /** One call. Belongs to it. */
  private final class ObservedCall implements CallTrace {
    private final CallContext context;
    private final Observation call;
    private final Map<Integer, AttemptContext> contexts = new HashMap<>();
    private final Map<Integer, Observation> attempts = new HashMap<>();

    ObservedCall(CallOrigin origin) {
      context = new CallContext(origin);
      call = Observation.start(null, CALLS, () -> context, registry);
    }

    @Override
    public CallOrigin origin() {
      return context.getOrigin();
    }

    @Override
    public @Nullable String keptId() {
      return null;
    }

    @Override
    public void name(Step.Attempt attempt, BiConsumer<String, String> header) {
      AttemptContext known = contexts.get(attempt.number());
      if (known != null && known.getCarrier() != null) {
        known.getCarrier().forEach(header);
      }
    }

    @Override
    public void on(JourneyView journey, JourneyEvent event) {
      context.routed(journey.route().name(), journey.call().priority().label());
      switch (event) {
        case JourneyEvent.AttemptStarted e -> attemptStarted(e.attempt());
        case JourneyEvent.ContentStarted e -> call.event(Observation.Event.of("first content"));
        case JourneyEvent.AttemptEnded e -> attemptEnded(e.attempt().number(), e.outcome());
        case JourneyEvent.Switched e -> call.event(Observation.Event.of("fallback"));
        case JourneyEvent.Waiting e -> call.event(Observation.Event.of("waiting"));
        case JourneyEvent.Answered e -> {
          String target = e.answer().target().name();
          context.answeredBy(target, origin().places().of(target).model());
          ended(journey, e);
        }
        default -> ended(journey, event);
      }
    }

    private void attemptStarted(Step.Attempt attempt) {
      AttemptContext begun =
          new AttemptContext(attempt, origin().places().of(attempt.target().name()));
      contexts.put(attempt.number(), begun);
      attempts.put(
          attempt.number(),
          Observation.createNotStarted(null, ATTEMPTS, () -> begun, registry)
              .parentObservation(call)
              .start());
    }

    private void attemptEnded(int number, Outcome outcome) {
      AttemptContext known = contexts.remove(number);
      Observation observation = attempts.remove(number);
      if (known != null && observation != null) {
        known.ended(outcome.label());
        if (outcome instanceof Outcome.Failure failure) {
          observation.error(new CallFailure(failure.error()));
        }
        observation.stop();
      }
    }

    private void ended(JourneyView journey, JourneyEvent event) {
      CallEnd end = CallEnd.of(event);
      if (end != null) {
        context.ended(end, journey.attempts());
        ErrorInfo error = end.error();
        if (error != null) {
          call.error(new CallFailure(error));
        }
        call.stop();
      }
    }
  }

  /** Status and name of an error, without its message, which may quote the request. */
  private static final class CallFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallFailure(ErrorInfo error) {
      super(error.label(), null, false, false);
    }
  }
}
