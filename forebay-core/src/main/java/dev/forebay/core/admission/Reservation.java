package dev.forebay.core.admission;

import dev.forebay.core.Call;
import dev.forebay.core.TargetQuota;
import java.time.Duration;

/**
 * What one attempt has taken of its target's quota before it is sent, and settles once when it is
 * over, with the times that it took. Guarded by its {@link Admission}.
 */
public class Reservation {
  private static final long LEASE_MARGIN_NANOS = Duration.ofSeconds(30).toNanos();

  private final Call call;
  private final long deadlineNanos;

  /**
   * Asked for, and once given charged, of the quota of all tokens, or of the input where output has
   * its own.
   */
  private long tokens;

  /** The same of the quota of the output; 0 where there is none. */
  private int output;

  /**
   * How the quota's hypotheses saw it when it was sent, and how sure that was; see QuotaHypotheses.
   */
  private byte foreseen;

  /** Where it stands among what was sent; see RefusalOrder. */
  private int place;

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

  /** Marks it as given. */
  final void give(int how, int at, long nowNanos) {
    open = true;
    foreseen = (byte) how;
    place = at;
    begunAtNanos = nowNanos;
  }

  final int foreseen() {
    return foreseen & 0xff;
  }

  final int place() {
    return place;
  }

  /** Whether it was given and is not settled. */
  public final boolean isOpen() {
    return open;
  }

  /** A lease that was not settled in its time has been paid in full, and settles no more. */
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

  /** Charges more output than was asked for, since more was made already. */
  final void extend(int toOutput) {
    output = Math.max(output, toOutput);
  }

  final void close() {
    open = false;
  }
}
