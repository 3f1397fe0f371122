package dev.forebay.simulator;

/**
 * What a target can serve over time, in steps: the windows of its quota, or parts of a bucket's.
 */
final class Capacity {
  private static final int BUCKET_STEPS = 12;

  final TargetModel model;
  final long stepNanos;
  final int steps;

  /** Tokens that become available in each step. */
  final double[] tokens;

  /** Requests that become available in each step. */
  final double[] requests;

  /** For how many steps more what becomes available can be kept; more than 0 for a bucket. */
  final int keeps;

  /** Steps in which the target is down throughout. */
  final boolean[] down;

  /**
   * What it can serve.
   *
   * @param debt how many times the quota's burst may be owed: the most that any call is charged for
   *     each token that it reserves, at least 1
   */
  Capacity(TargetModel model, double debt, long endNanos) {
    this.model = model;
    boolean bucket = isBucket();
    this.keeps = bucket ? (int) Math.ceil(BUCKET_STEPS * debt) : 0;
    this.stepNanos = bucket ? Meter.MINUTE / BUCKET_STEPS : Meter.MINUTE;
    this.steps = (int) (endNanos / stepNanos) + 1;
    this.tokens = new double[steps];
    this.requests = new double[steps];
    this.down = new boolean[steps];
    for (int s = 0; s < steps; s++) {
      long from = s * stepNanos;
      // A bucket begins full, and may be in debt after the last call.
      double minutes = bucket ? (s == 0 ? debt : 0) + 1.0 / BUCKET_STEPS : 1;
      double others = model.othersLoad().minBetween(from, from + stepNanos);
      tokens[s] = Math.max(0, model.quota().tokensPerMinute() - others) * minutes;
      requests[s] = model.quota().requestsPerMinute() * minutes;
      down[s] = upFrom(from) >= from + stepNanos;
    }
  }

  /** Whether the call fits into the quota at all. */
  boolean mayAdmit(PlannedCall call) {
    return !limitsTokens() || model.quota().reserved(call) <= model.quota().tokensPerMinute();
  }

  /** What the call takes of the step in which it begins, at least. */
  double leastCost(PlannedCall call) {
    double charged = model.cost(call);
    return isBucket() ? charged : Math.min(charged, (double) model.quota().reserved(call));
  }

  boolean isBucket() {
    return model.quota().window() == QuotaModel.WindowKind.BUCKET;
  }

  boolean limitsTokens() {
    return model.quota().tokensPerMinute() > 0;
  }

  boolean limitsRequests() {
    return model.quota().requestsPerMinute() > 0;
  }

  int step(long nanos) {
    return (int) Math.min(steps - 1, nanos / stepNanos);
  }

  /** The first time from then on at which the target is not down. */
  long upFrom(long nanos) {
    long at = nanos;
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Fault fault : model.faults()) {
        if (fault.down() && fault.active(at)) {
          at = fault.untilNanos();
          moved = true;
        }
      }
    }
    return at;
  }
}
