package dev.forebay.core;

/**
 * What one attempt has taken from its target's buckets before it is sent, and settles once when it
 * is over, with the times that it took. Guarded by its {@link Admission}.
 */
final class Reservation {
  private final Call call;

  /**
   * Asked for, and once given charged, from the bucket of all tokens, or of the input where output
   * has its own.
   */
  private long tokens;

  /** The same of the bucket of the output; 0 where there is none. */
  private int output;

  private final long expiresAtNanos;
  private boolean deducted;
  private boolean open;
  private boolean hasContent;
  private long begunAtNanos;
  private long contentAtNanos;

  Reservation(Call call, long tokens, int output, long expiresAtNanos) {
    if (tokens < 0 || tokens > TargetQuota.MAX_PER_MINUTE) {
      throw new IllegalArgumentException("tokens must be from 0 to 4000000000, were " + tokens);
    }
    this.call = call;
    this.tokens = tokens;
    this.output = output;
    this.expiresAtNanos = expiresAtNanos;
  }

  Call call() {
    return call;
  }

  /** What is asked for, or charged. */
  long tokens() {
    return tokens;
  }

  int output() {
    return output;
  }

  /** Marks it as given; {@code deducted} if buckets were charged, which not all targets have. */
  void give(boolean fromBuckets, long nowNanos) {
    open = true;
    deducted = fromBuckets;
    begunAtNanos = nowNanos;
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

  /** When the attempt began; until it has, when its reservation was given. */
  long begunAtNanos() {
    return begunAtNanos;
  }

  void begins(long nowNanos) {
    begunAtNanos = nowNanos;
  }

  boolean hasContent() {
    return hasContent;
  }

  long contentAtNanos() {
    return contentAtNanos;
  }

  void contentStarts(long nowNanos) {
    hasContent = true;
    contentAtNanos = nowNanos;
  }

  /** Charges more than was asked for, since more was used already. */
  void extend(long toTokens, int toOutput) {
    tokens = Math.max(tokens, toTokens);
    output = Math.max(output, toOutput);
  }

  void close() {
    open = false;
  }
}
