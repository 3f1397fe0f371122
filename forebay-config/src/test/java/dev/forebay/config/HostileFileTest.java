package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileFileTest {
  /** As many as {@code -Dforebay.fuzz} says. */
  private static final int ROUNDS = Integer.getInteger("forebay.fuzz", 20_000);

  private static final String[] PIECES = {
    "",
    " ",
    "\n",
    "\t",
    ":",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: *a",
    "? ",
    "!!int ",
    "#",
    "'",
    "\"",
    "|",
    ">",
    "%",
    "@",
    "`",
    "~",
    "null",
    "${",
    "${A}",
    "$${",
    "${A:-x}",
    "---\n",
    "...\n",
    "\u0000",
    "\u0085",
    "\u2028",
    "\uD83D",
    "\uD83D\uDE00",
    "\\",
    "\\x",
    "\\U00110000",
    "-1",
    "0",
    "1e9",
    "99999999999999999999",
    "5s",
    "-5s",
    "NaN",
    "region",
    "*",
    "\uFEFF"
  };

  @Test
  void isReadOrRefusedWhateverWasChanged() {
    String example = Examples.full();
    RandomGenerator random = new Random(1);
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = mutated(example, random);
      try {
        Examples.parse(text);
        accepted++;
      } catch (ConfigException e) {
        assertThat(e.problems()).isNotEmpty();
        assertThat(e.getMessage()).doesNotContain("s3cr3t");
      } catch (RuntimeException | StackOverflowError e) {
        fail("round " + round + " with\n" + text, e);
      }
    }
    // Both ends are met, else the changes are too small or too coarse to show anything.
    assertThat(accepted).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{", "a: [", "- ", "{a: ", "? ", "&a [*a, "})
  void isRefusedHoweverDeep(String piece) {
    assertThat(Examples.refusal(piece.repeat(100_000))).contains("forebay.yaml:");
  }

  @Test
  void isRefusedIfItsAliasesMultiply() {
    StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 30; i++) {
      String previous = "*a" + (i - 1);
      text.append(
          "a%d: &a%d [%s, %s, %s, %s]\n".formatted(i, i, previous, previous, previous, previous));
    }
    assertThat(Examples.refusal(text.toString())).contains("has more than 100 aliases");
  }

  @Test
  void isRefusedIfItContainsItself() {
    assertThat(Examples.refusal("&a\ntargets: *a\nroutes: *a"))
        .contains("targets.routes.region: is missing");
  }

  @Test
  void isRefusedWithABoundedListOfProblems() {
    assertThat(Examples.refusal("x: 1\n".repeat(100_000)).lines()).hasSize(1000);
  }

  private static String mutated(String text, RandomGenerator random) {
    StringBuilder out = new StringBuilder(text);
    for (int change = random.nextInt(4); change >= 0; change--) {
      int from = random.nextInt(out.length());
      int to = Math.min(out.length(), from + random.nextInt(random.nextInt(10) == 0 ? 200 : 5));
      String piece =
          random.nextInt(4) == 0
              ? String.valueOf((char) random.nextInt(random.nextBoolean() ? 128 : 65_536))
              : PIECES[random.nextInt(PIECES.length)];
      out.replace(from, to, piece);
    }
    return out.toString();
  }
}
