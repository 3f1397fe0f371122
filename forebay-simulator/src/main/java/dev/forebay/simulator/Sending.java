package dev.forebay.simulator;

/**
 * One request at a target: what it will do, unless it is cancelled, and what it holds meanwhile.
 */
final class Sending {
  static final long NEVER = Long.MAX_VALUE;

  final TargetWorld target;
  final PlannedCall call;
  final long begunNanos;

  /** 200 for an answer, else the error's status. */
  final int status;

  final long contentNanos;
  final long endNanos;
  final double reserved;

  private boolean open = true;

  Sending(
      TargetWorld target,
      PlannedCall call,
      long begunNanos,
      int status,
      long contentNanos,
      long endNanos,
      double reserved) {
    this.target = target;
    this.call = call;
    this.begunNanos = begunNanos;
    this.status = status;
    this.contentNanos = contentNanos;
    this.endNanos = endNanos;
    this.reserved = reserved;
  }

  boolean answers() {
    return status == 200;
  }

  /** Ends it, by itself or because the client went away; what it has made so far is charged. */
  void end(long now) {
    if (!open) {
      return;
    }
    open = false;
    if (answers()) {
      target.release(this, outputSoFar(now), now);
    }
  }

  int outputSoFar(long now) {
    if (now >= endNanos) {
      return call.outputTokens();
    }
    if (now <= contentNanos || endNanos == NEVER) {
      return 0;
    }
    double part = (double) (now - contentNanos) / (endNanos - contentNanos);
    return (int) (call.outputTokens() * part);
  }
}
