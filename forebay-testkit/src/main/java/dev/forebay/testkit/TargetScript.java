package dev.forebay.testkit;

import java.nio.charset.StandardCharsets;

/** What a target does with a request. If it does not end its answer, it is silent from there. */
@FunctionalInterface
public interface TargetScript {
  void play(TargetPeer peer);

  /** Answers with JSON. */
  static TargetScript replies(int status, String body, String... headers) {
    return peer -> peer.head(status, headers).piece(body.getBytes(StandardCharsets.UTF_8)).end();
  }
}
