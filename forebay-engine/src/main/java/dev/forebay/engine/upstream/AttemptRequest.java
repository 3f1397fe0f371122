package dev.forebay.engine.upstream;

import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;

/** The request of an attempt, and the reader of its answer. */
public interface AttemptRequest {
  String method();

  /** The raw path with the query, as the target's endpoint has it. */
  String uri();

  /** To be signed: the signature is added to them. */
  Headers headers();

  /** Never changed. */
  byte[] body();

  /** Whether it does no harm if the target acts on it twice. */
  boolean repeatable();

  /**
   * The reader of the answer.
   *
   * @param head its status, and its headers without a content coding, which is decoded on the way
   * @param announced the length of the body; 0 if that is not known
   */
  BodyReader reader(UpstreamAttempt attempt, Transport.Head head, long announced);
}
