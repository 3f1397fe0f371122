package dev.forebay.emulator;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the model says, before it is put into a dialect.
 *
 * @param pieces the text as a stream delivers it
 * @param inputTokens without those that the prompt cache read or wrote
 */
record Answer(
    String modelId,
    String messageId,
    List<Piece> pieces,
    int inputTokens,
    int outputTokens,
    Stop stop,
    Duration firstToken,
    Duration whole,
    Extras extras) {

  /**
   * A part of the text.
   *
   * @param before tokens said before it
   * @param after tokens said when it is out
   */
  record Piece(String text, int before, int after) {}

  String text() {
    return pieces.stream().map(Piece::text).collect(Collectors.joining());
  }

  /** When the model has said that many tokens. */
  Duration at(int tokens) {
    double share = outputTokens == 0 ? 1 : (double) tokens / outputTokens;
    long generating = whole.minus(firstToken).toNanos();
    return firstToken.plusNanos((long) (generating * share));
  }

  /** How many tokens the model has said by then. */
  int tokensAt(Duration elapsed) {
    long generating = Math.max(1, whole.minus(firstToken).toNanos());
    double share = (double) elapsed.minus(firstToken).toNanos() / generating;
    return (int) (Math.clamp(share, 0, 1) * outputTokens);
  }
}
