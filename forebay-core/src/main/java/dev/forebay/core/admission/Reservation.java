package dev.forebay.core.admission;

import dev.forebay.core.Call;
import dev.forebay.core.TargetQuota;
import java.time.Duration;

/**
 * What one attempt has taken from its target's buckets before it is sent, and settles once when it
 * is over, with the times that it took. Guarded by its {@link Admission}.
 */
public class Reservation {
  private static final long LEASE_MARGIN_NANOS = Duration.ofSeconds(30).toNanos();

  private final Call call;
  private final long deadlineNanos;

  /**
   * Asked for, and once given charged, from the bucket of all tokens, or of the input where output
   * has its own.
   */
  private long tokens;

  /** The same of the bucket of the output; 0 where there is none. */
  private int output;

  private boolean deducted;
  private boolean open;
  private boolean hasContent;
  private long begunAtNanos;
  private long contentAtNanos;

  /** Nothing is asked for yet. */
  public Reservation(Call call, long deadlineNanos) {
    this.call = call;
    this.deadlineNanos = deadlineNanos;
  }

  final Call call() {
    return call;
  }

  /** When the call's time is up. */
  final long deadlineNanos() {
    return deadlineNanos;
  }

  final void asks(long ofTokens, int ofOutput) {
    if (ofTokens < 0 || ofTokens > TargetQuota.MAX_PER_MINUTE) {
      throw new IllegalArgumentException("tokens must be from 0 to 4000000000, were " + ofTokens);
    }
    tokens = ofTokens;
    output = ofOutput;
  }

  /** What is asked for, or charged. */
  final long tokens() {
    return tokens;
  }

  final int output() {
    return output;
  }

  /** Marks it as given; {@code deducted} if buckets were charged, which not all targets have. */
  final void give(boolean fromBuckets, long nowNanos) {
    open = true;
    deducted = fromBuckets;
    begunAtNanos = nowNanos;
  }

  /** Whether it was given and is not settled. */
  public final boolean isOpen() {
    return open;
  }

  final boolean isDeducted() {
    return deducted;
  }

  /** A lease that nobody settled in its time has been paid in full, and settles no more. */
  final boolean isExpired(long nowNanos) {
    return nowNanos - deadlineNanos >= LEASE_MARGIN_NANOS
        && nowNanos - lastNanos() >= LEASE_MARGIN_NANOS;
  }

  /** When the attempt is over at the latest. */
  public long lastNanos() {
    return deadlineNanos;
  }

  /** When the attempt began; until it has, when its reservation was given. */
  public final long begunAtNanos() {
    return begunAtNanos;
  }

  protected final void sends(long nowNanos) {
    begunAtNanos = nowNanos;
  }

  public final boolean hasContent() {
    return hasContent;
  }

  /** When the first content came; before that, when the first frame did. */
  public final long contentAtNanos() {
    return contentAtNanos;
  }

  protected final void firstFrameComes(long nowNanos) {
    contentAtNanos = nowNanos;
  }

  final void contentStarts(long nowNanos) {
    hasContent = true;
    contentAtNanos = nowNanos;
  }

  /** Charges more than was asked for, since more was used already. */
  final void extend(long toTokens, int toOutput) {
    tokens = Math.max(tokens, toTokens);
    output = Math.max(output, toOutput);
  }

  final void close() {
    open = false;
  }
}
