package dev.forebay.cluster;

import dev.forebay.core.health.Breaker;
import dev.forebay.core.health.BreakerState;
import java.time.Duration;

/**
 * What members report to each other of one target's circuit.
 *
 * <pre>
 * opinion   a member's circuit is open by what its own calls met: said at once, repeated each second
 *           until the circuit is closed
 * quorum    max(2, 30 % of the members): where so many say so, the others open theirs too, for 5 s
 * probe     half a second before its pause is over a member asks for the fleet's permission to probe, which
 *           one has for 5 s, or until its next pause is over if its probe fails; the others wait for as long
 * closed    whose circuit is closed again says so, and the others probe at once
 * </pre>
 *
 * <p>A circuit that was opened by the others is no opinion until a probe of its own has failed, nor
 * is one that was opened for slowness. Where the store does not answer in time, a circuit does as
 * it would alone. Not thread-safe.
 */
final class SharedCircuit {
  static final double QUORUM = 0.3;
  static final int LEAST = 2;
  static final Duration PAUSE = Duration.ofSeconds(5);

  private static final long SAY_MILLIS = 1_000;
  private static final long EARLY_NANOS = Duration.ofMillis(500).toNanos();

  /** What to do now. */
  enum Due {
    NOTHING,
    SAY_OPEN,
    SAY_CLOSED,
    ASK_TO_PROBE,
    KEEP_LEAVE
  }

  private final Breaker breaker;
  private boolean own;
  private boolean said;
  private long saidMillis;
  private boolean unheard;
  private long againMillis;
  private boolean borrowed;
  private long borrowedStamp;
  private boolean leave;
  private long leaveStamp;
  private boolean asked;
  private long askedForNanos;
  private int open;

  SharedCircuit(Breaker breaker) {
    this.breaker = breaker;
  }

  /** How many members have it open, as it was heard last. */
  int open() {
    return open;
  }

  Due due(long nanos, long nowMillis) {
    BreakerState state = breaker.state();
    if (state instanceof BreakerState.Closed) {
      borrowed = false;
      boolean tells = own || (unheard && nowMillis >= againMillis);
      own = false;
      unheard &= !tells;
      said = false;
      return tells ? Due.SAY_CLOSED : Due.NOTHING;
    }
    unheard = false;
    if (!(state instanceof BreakerState.Open now)) {
      return saysOpen(nowMillis);
    }
    own |= !now.slow() && !(borrowed && now.stamp() == borrowedStamp);
    if (leave && now.stamp() != leaveStamp) {
      leave = false;
      return Due.KEEP_LEAVE;
    }
    boolean asks =
        now.untilNanos() - nanos < EARLY_NANOS && !(asked && askedForNanos == now.untilNanos());
    if (asks) {
      asked = true;
      askedForNanos = now.untilNanos();
      return Due.ASK_TO_PROBE;
    }
    return saysOpen(nowMillis);
  }

  /** That it is closed did not reach the others: it is published again after a while. */
  void closedUnheard(long nowMillis) {
    unheard = true;
    againMillis = nowMillis + FactPublisher.AGAIN_MILLIS;
  }

  private Due saysOpen(long nowMillis) {
    if (!own || (said && nowMillis - saidMillis < SAY_MILLIS)) {
      return Due.NOTHING;
    }
    said = true;
    saidMillis = nowMillis;
    return Due.SAY_OPEN;
  }

  /** So many members have it open. */
  void count(int count, int members, long nanos) {
    open = count;
    if (count >= Math.max(LEAST, Math.ceil(QUORUM * members))
        && breaker.openByOthers(nanos + PAUSE.toNanos())) {
      borrowed = true;
      borrowedStamp = breaker.state().stamp();
    }
  }

  /** For how long the leave is kept, as a probe has failed. */
  long keepMillis(long nanos) {
    return Duration.ofNanos(Math.max(0, breaker.nextProbeNanos(nanos) - nanos)).toMillis()
        + SharedStore.PROBE_MILLIS;
  }

  /**
   * The answer to a member that asked for permission to probe.
   *
   * @param millis 0 for permission, or how long another one has it yet
   */
  void answered(long millis, long nanos) {
    if (millis > 0) {
      // It asks again when the other's permission is over, half a second before it would probe.
      breaker.probeNotBefore(nanos + Duration.ofMillis(millis).toNanos() + EARLY_NANOS);
    } else {
      leave = true;
      leaveStamp = breaker.state().stamp();
    }
  }

  /** Another one has found the target to work. */
  void works(int count, long nanos) {
    open = count;
    breaker.probeFrom(nanos);
    if (breaker.state() instanceof BreakerState.Open now) {
      asked = true;
      askedForNanos = now.untilNanos();
    }
  }
}
