package dev.forebay.it.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Order(Order.DEFAULT - 1)
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class CrowdTest {
  @Test
  void twoThousandStreamsLeaveNothingBehind() throws Exception {
    try (SmallProcess crowd = new SmallProcess(512, CrowdProcess.class, List.of())) {
      await().atMost(Duration.ofMinutes(5)).until(() -> !crowd.isAlive());

      assertThat(crowd.exitCode()).as(crowd.said()).isZero();
      assertThat(crowd.said()).contains("2,000 streams: ");
    }
  }
}
