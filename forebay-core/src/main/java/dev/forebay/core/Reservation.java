package dev.forebay.core;

/**
 * What one attempt has taken from its target's buckets before it is sent, and settles once when it
 * is over. Guarded by its {@link Admission}.
 */
final class Reservation {
  private final Call call;

  /** Taken from the bucket of all tokens, or of the input where output has its own. */
  private final long tokens;

  /** Taken from the bucket of the output; 0 where there is none. */
  private final long output;

  private final long expiresAtNanos;
  private boolean deducted;
  private boolean open;
  private long reservedAtNanos;
  private long charged;
  private long chargedOutput;

  Reservation(Call call, long tokens, long output, long expiresAtNanos) {
    Checks.check(
        tokens >= 0 && tokens <= TargetQuota.MAX_PER_MINUTE,
        "tokens",
        "must be from 0 to 4000000000",
        tokens);
    this.call = call;
    this.tokens = tokens;
    this.output = output;
    this.expiresAtNanos = expiresAtNanos;
  }

  Call call() {
    return call;
  }

  /** What is asked for. */
  long tokens() {
    return tokens;
  }

  long output() {
    return output;
  }

  /** Marks it as given; {@code deducted} if buckets were charged, which not all targets have. */
  void give(boolean fromBuckets, long nowNanos) {
    open = true;
    deducted = fromBuckets;
    reservedAtNanos = nowNanos;
    charged = tokens;
    chargedOutput = output;
  }

  /** Whether it was given and is not settled. */
  boolean isOpen() {
    return open;
  }

  boolean isDeducted() {
    return deducted;
  }

  /** A lease that nobody settled in its time has been paid in full, and settles no more. */
  boolean isExpired(long nowNanos) {
    return nowNanos - expiresAtNanos >= 0;
  }

  long reservedAtNanos() {
    return reservedAtNanos;
  }

  long charged() {
    return charged;
  }

  long chargedOutput() {
    return chargedOutput;
  }

  /** Charges more than was asked for, since more was used already. */
  void extend(long toTokens, long toOutput) {
    charged = Math.max(charged, toTokens);
    chargedOutput = Math.max(chargedOutput, toOutput);
  }

  void close() {
    open = false;
  }
}
