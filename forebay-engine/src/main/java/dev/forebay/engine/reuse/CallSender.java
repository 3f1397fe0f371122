package dev.forebay.engine.reuse;

import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;

/** Makes a call that was not found among kept answers. */
@FunctionalInterface
public interface CallSender {
  /** Sends it to a target. */
  CallSender EXCHANGE = (calls, call, degraded) -> calls.begin(call, degraded).start();

  /**
   * Makes it, on its loop.
   *
   * @param calls those of its loop
   */
  void send(CallRegistry calls, PendingCall call, DegradedAnswers degradedAnswers);
}
