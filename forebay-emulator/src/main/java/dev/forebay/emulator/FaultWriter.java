package dev.forebay.emulator;

import dev.forebay.emulator.Effect.Phase;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a fault script in the form that {@link FaultReader} reads. */
final class FaultWriter {
  private final ObjectNode out;

  private FaultWriter(ObjectNode out) {
    this.out = out;
  }

  static ArrayNode json(List<Fault> faults) {
    ArrayNode list = Json.array();
    faults.forEach(fault -> new FaultWriter(list.addObject()).fault(fault));
    return list;
  }

  private void fault(Fault fault) {
    text("model", fault.model());
    text("operation", fault.operation() == null ? null : fault.operation().key());
    text("serviceTier", fault.serviceTier());
    if (!fault.from().isZero()) {
      duration("from", fault.from());
    }
    duration("until", fault.until());
    if (fault.after() > 0) {
      out.put("after", fault.after());
    }
    if (fault.count() != null) {
      out.put("count", fault.count());
    }
    if (fault.probability() < 1) {
      out.put("probability", fault.probability());
    }
    new FaultWriter(out.putObject(fault.effect().key())).effect(fault.effect());
  }

  private void effect(Effect effect) {
    switch (effect) {
      case Effect.Throttle throttle -> {
        text("reason", throttle.reason().key());
        duration("retryAfter", throttle.retryAfter());
      }
      case Effect.Unavailable unavailable -> duration("retryAfter", unavailable.retryAfter());
      case Effect.Failure failure -> {
        text("exception", failure.exception().wireName());
        text("message", failure.message());
        duration("retryAfter", failure.retryAfter());
      }
      case Effect.Outage outage -> {}
      case Effect.Hang hang -> at(hang.at());
      case Effect.SlowFirstToken slow -> {
        out.put("factor", slow.factor());
        duration("delay", slow.delay());
      }
      case Effect.Stall stall -> {
        out.put("afterEvents", stall.afterEvents());
        duration("duration", stall.duration());
      }
      case Effect.ExceptionEvent event -> {
        text("exception", event.exception().eventName());
        text("message", event.message());
        out.put("afterEvents", event.afterEvents());
      }
      case Effect.Reset reset -> {
        at(reset.at());
        out.put("afterEvents", reset.afterEvents());
      }
      case Effect.Truncate truncate -> broken(truncate.afterEvents(), truncate.halfFrame());
      case Effect.Cut cut -> broken(cut.afterEvents(), cut.halfFrame());
      case Effect.MalformedFrame frame -> out.put("afterEvents", frame.afterEvents());
      case Effect.Guardrail guardrail -> text("text", guardrail.text());
      case Effect.Garbage garbage -> text("kind", garbage.kind().key());
    }
  }

  private void broken(int afterEvents, boolean halfFrame) {
    out.put("afterEvents", afterEvents);
    out.put("halfFrame", halfFrame);
  }

  private void at(Phase phase) {
    text("at", phase.key());
  }

  private void text(String key, @Nullable String value) {
    if (value != null) {
      out.put(key, value);
    }
  }

  private void duration(String key, @Nullable Duration value) {
    if (value != null) {
      out.put(key, value.toMillis() + "ms");
    }
  }
}
