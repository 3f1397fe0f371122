package dev.forebay.engine.reuse;

import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;

/** Makes a call that was not found among kept answers. */
@FunctionalInterface
public interface CallMaker {
  /** Sends it to a target. */
  CallMaker EXCHANGE = (calls, call, degraded) -> calls.begin(call, degraded).start();

  /**
   * Makes it, on its loop.
   *
   * @param calls those of its loop
   */
  void make(CallRegistry calls, PendingCall call, DegradedAnswers degradedAnswers);
}
