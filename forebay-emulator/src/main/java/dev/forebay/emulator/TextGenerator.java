package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The emulator's text: it says what it is, then random words. One word is one token. */
final class TextGenerator {
  private static final List<String> VOCABULARY =
      List.of(
          "water",
          "flows",
          "over",
          "the",
          "weir",
          "and",
          "into",
          "a",
          "quiet",
          "basin",
          "where",
          "gates",
          "open",
          "slowly",
          "turbines",
          "wait",
          "for",
          "rain",
          "from",
          "hills",
          "below",
          "each",
          "sluice",
          "steady",
          "surge",
          "meets",
          "level",
          "river",
          "calm",
          "again");

  private static final int SENTENCE = 12;

  /** A streamed piece has at most that many tokens. */
  private static final int LONGEST_PIECE = 6;

  private TextGenerator() {}

  static List<Answer.Piece> pieces(String model, int tokens, RandomGenerator random) {
    List<Answer.Piece> pieces = new ArrayList<>();
    int said = 0;
    while (said < tokens) {
      int after = Math.min(tokens, said + 1 + random.nextInt(LONGEST_PIECE));
      StringBuilder text = new StringBuilder();
      for (int i = said; i < after; i++) {
        text.append(word(i, model, random));
      }
      pieces.add(new Answer.Piece(text.toString(), said, after));
      said = after;
    }
    return pieces;
  }

  private static String word(int index, String model, RandomGenerator random) {
    String opening =
        switch (index) {
          case 0 -> "Emulated";
          case 1 -> " answer";
          case 2 -> " of";
          case 3 -> " " + model + ":";
          default -> "";
        };
    if (!opening.isEmpty()) {
      return opening;
    }
    String word = VOCABULARY.get(random.nextInt(VOCABULARY.size()));
    return " " + word + (index % SENTENCE == SENTENCE - 1 ? "." : "");
  }
}
