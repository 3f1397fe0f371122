package dev.forebay.simulator;

import java.util.List;
import java.util.OptionalInt;

/**
 * One target as it really is.
 *
 * @param timeToFirstToken in seconds
 * @param maxConcurrency beyond it the target answers 503
 * @param othersLoad tokens per minute that others of the account use up, unseen by the policies
 */
public record TargetModel(
    String name,
    String model,
    String region,
    QuotaModel quota,
    Distribution timeToFirstToken,
    Distribution tokensPerSecond,
    OptionalInt maxConcurrency,
    Curve othersLoad,
    List<Fault> faults) {
  public TargetModel {
    faults = List.copyOf(faults);
  }

  /** What the service charges for a call in the end. */
  public double cost(PlannedCall call) {
    return quota.settled(call.inputTokens(), call.outputTokens());
  }
}
