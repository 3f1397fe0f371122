package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms,PT0.25S,250ms",
    "20s,PT20S,20s",
    "5m,PT5M,5m",
    "24h,PT24H,24h",
    "1m30s,PT1M30S,90s",
    "150s,PT150S,2m30s",
    "1h2m3s4ms,PT1H2M3.004S,1h2m3s4ms",
    "0s,PT0S,0s",
  })
  void areReadAndShown(String text, Duration duration, String shown) throws Refusal {
    assertThat(Durations.parse(new Substituted(text, new BitSet()))).isEqualTo(duration);
    assertThat(Durations.show(duration)).isEqualTo(shown);
  }
}
