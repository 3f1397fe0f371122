package dev.forebay.cloudwatch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloudWatchBuilderTest {
  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1M", "PT0.0001S"})
  void aPeriodThatIsNoneIsRefused(Duration period) {
    assertThatThrownBy(() -> CloudWatchMetrics.builder().period(period))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("period must be a millisecond or more");
  }
}
