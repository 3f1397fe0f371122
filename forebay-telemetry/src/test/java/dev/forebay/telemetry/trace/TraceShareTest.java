package dev.forebay.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TraceShareTest {
  private static final String FIRST = "4bf92f3577b34da6a3";

  @Test
  void itsEndIsTheFirstThatDoesNotBelongToIt() {
    assertThat(new TraceShare(0.5).has(FIRST + "7fffffffffffff")).isTrue();
    assertThat(new TraceShare(0.5).has(FIRST + "80000000000000")).isFalse();
    assertThat(new TraceShare(0x1p-56).has(FIRST + "00000000000000")).isTrue();
    assertThat(new TraceShare(0x1p-56).has(FIRST + "00000000000001")).isFalse();
  }

  @Test
  void noneAndAllAreSharesToo() {
    assertThat(new TraceShare(0).has(FIRST + "00000000000000")).isFalse();
    assertThat(new TraceShare(1).has(FIRST + "00000000000000")).isTrue();
    assertThat(new TraceShare(1).has(FIRST + "ffffffffffffff")).isTrue();
  }

  @Test
  void itIsWhatTheNumberInThoseDigitsSays() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      double share = random.nextDouble();
      long number = random.nextLong() & 0xffffffffffffffL;

      assertThat(new TraceShare(share).has(FIRST + "%014x".formatted(number)))
          .isEqualTo(number < share * 0x1p56);
    }
  }
}
