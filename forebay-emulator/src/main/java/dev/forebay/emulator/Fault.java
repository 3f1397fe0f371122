package dev.forebay.emulator;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the fault script: an effect and the requests it meets.
 *
 * @param model an id that the request's model is known by; null for any
 * @param operation null for any
 * @param serviceTier the service tier that the request names; null for any, and for none
 * @param from the offset from the emulator's start (or last reset) at which it begins
 * @param until the offset at which it ends; null for never
 * @param after how many matching requests it lets pass first
 * @param count how many it then applies to; null for all
 * @param probability the share of those left that it meets
 */
public record Fault(
    @Nullable String model,
    @Nullable Operation operation,
    @Nullable String serviceTier,
    Duration from,
    @Nullable Duration until,
    long after,
    @Nullable Long count,
    double probability,
    Effect effect) {

  /** Checks the ranges, and that an effect on streams is not tied to a unary operation. */
  public Fault {
    if (until != null && until.compareTo(from) <= 0) {
      throw new IllegalArgumentException("until " + until + " is not after from " + from);
    }
    if (after < 0 || (count != null && count < 0)) {
      throw new IllegalArgumentException(
          "expected after and count of at least 0, not " + after + " and " + count);
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("expected a probability of 0 to 1, not " + probability);
    }
    if (operation != null && !operation.streams() && effect.streamOnly()) {
      throw new IllegalArgumentException(
          effect.key() + " acts on streams, and " + operation.key() + " does not stream");
    }
  }

  /** That effect on every request that it has a meaning for. */
  public static Fault always(Effect effect) {
    return new Fault(null, null, null, Duration.ZERO, null, 0, null, 1, effect);
  }

  /** Reads a fault script, a JSON list in the form of the configuration's {@code faults}. */
  public static List<Fault> parse(String json) {
    return NodeReader.json(json).list(FaultReader::fault);
  }

  boolean covers(ModelId asked, Operation called, String tier, Duration now) {
    return (model == null || asked.names().contains(model))
        && (operation == null || operation == called)
        && (serviceTier == null || serviceTier.equals(tier))
        && (called.streams() || !effect.streamOnly())
        && now.compareTo(from) >= 0
        && (until == null || now.compareTo(until) < 0);
  }
}
