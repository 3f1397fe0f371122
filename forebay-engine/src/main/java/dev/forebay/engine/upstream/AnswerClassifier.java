package dev.forebay.engine.upstream;

import dev.forebay.core.Outcome;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;

/** What a whole answer means to the call that asked for it. Lives on the attempt's loop. */
interface AnswerClassifier {
  /** Whether a status is that of an answer; all others are errors. */
  boolean isGood(int status);

  /** What an error says, as far as its body has come. */
  Outcome.Failure failure(int status, Headers headers, byte[] body);

  /** Whether the caller may see the target's own words for a failure. */
  boolean shows(Outcome.Failure failure);

  /** An answer is whole, and its bytes are held by the attempt: ends the attempt. */
  void answered(UpstreamAttempt attempt, Reply reply);
}
