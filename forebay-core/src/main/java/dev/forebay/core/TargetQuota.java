package dev.forebay.core;

/** What the account may use of a target in a minute, in the two ways in which Bedrock counts. */
public sealed interface TargetQuota {
  /** Nothing is known: a limit is learned from throttles. */
  TargetQuota UNKNOWN = new Joint(0, 0, 1);

  /** The largest figure that can be counted in billionths of a token. */
  long MAX_PER_MINUTE = 4_000_000_000L;

  /** How many tokens an output token costs. */
  double burndown();

  /**
   * The runtime endpoint's: input and output from one quota.
   *
   * @param requestsPerMinute 0 if there is no such quota, or it is not known
   * @param tokensPerMinute 0 if it is not known, and then learned
   * @param burndown what an output token costs in the end, at least 1: a matter of the model
   */
  record Joint(long requestsPerMinute, long tokensPerMinute, double burndown)
      implements TargetQuota {
    public Joint {
      perMinute("requestsPerMinute", requestsPerMinute);
      perMinute("tokensPerMinute", tokensPerMinute);
      Checks.check(
          burndown >= 1 && burndown <= 1_000, "burndown", "must be from 1 to 1000", burndown);
    }
  }

  /**
   * The mantle endpoint's: input has a quota of its own, in which the input and the maximum of the
   * output must fit at admission, and output another, which is drawn on as it is made.
   */
  record Split(long inputTokensPerMinute, long outputTokensPerMinute) implements TargetQuota {
    public Split {
      perMinute("inputTokensPerMinute", inputTokensPerMinute);
      perMinute("outputTokensPerMinute", outputTokensPerMinute);
    }

    @Override
    public double burndown() {
      return 1;
    }
  }

  private static void perMinute(String name, long value) {
    Checks.check(
        value >= 0 && value <= MAX_PER_MINUTE, name, "must be from 0 to 4000000000", value);
  }
}
