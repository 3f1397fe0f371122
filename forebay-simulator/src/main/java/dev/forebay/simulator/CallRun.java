package dev.forebay.simulator;

/** One call under way with one policy: counts what it does until its single end. */
abstract class CallRun implements EventQueue.Actor {
  final Simulation simulation;
  final PlannedCall call;
  int attempts;
  long firstSentNanos = -1;
  private boolean ended;

  CallRun(Simulation simulation, PlannedCall call) {
    this.simulation = simulation;
    this.call = call;
  }

  /** The call arrives. */
  abstract void start(long now);

  /** Sends a request. */
  Sending send(int target, long now) {
    if (firstSentNanos < 0) {
      firstSentNanos = now;
    }
    simulation.sendingBegins();
    return simulation.target(target).send(call, attempts++, now);
  }

  /** A request is over, or given up. */
  void close(Sending sending, long now) {
    simulation.sendingEnds();
    sending.end(now);
    if (sending.status == 429 && now >= sending.endNanos) {
      simulation.tally().throttled(this, now);
    }
  }

  void answered(Sending by, long now) {
    finish();
    simulation.tally().answered(this, by, now);
  }

  void refused(long now) {
    finish();
    simulation.tally().refused(this, now);
  }

  void gaveUp(long now) {
    finish();
    simulation.tally().gaveUp(this, now);
  }

  boolean ended() {
    return ended;
  }

  private void finish() {
    if (ended) {
      throw new IllegalStateException("call " + call.index() + " ended twice");
    }
    ended = true;
    simulation.callEnds();
    over();
  }

  /** The call has ended, however it did. */
  void over() {}
}
