package dev.forebay.testkit;

import java.time.Duration;

/** A target's side of one request, over whatever carries it. */
public interface TargetPeer {
  /**
   * The head of an answer with JSON.
   *
   * @param more headers, names and values in turn
   */
  TargetPeer head(int status, String... more);

  /** The head of a stream. */
  default TargetPeer stream() {
    return head(200, "content-type", "application/vnd.amazon.eventstream");
  }

  TargetPeer piece(byte[] bytes);

  void end();

  /** Sends one byte after the other, and all of them again, until the caller leaves. */
  void drip(byte[] bytes, Duration pause);
}
