package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
  private final CallLimits limits = new CallLimits(2, Map.of());

  private CallLimits.Entry begin() {
    return Objects.requireNonNull(limits.begin("chat"));
  }

  @Test
  void aDrainStopsACallThatSaysOnlyThenHow() throws Exception {
    CallLimits.Entry early = begin();
    CallLimits.Entry late = begin();
    AtomicInteger stopped = new AtomicInteger();
    early.endBy(stopped::incrementAndGet);
    Thread drain = Thread.ofPlatform().start(() -> limits.drain(Duration.ZERO));
    await().until(() -> stopped.get() == 1);

    late.endBy(
        () -> {
          stopped.incrementAndGet();
          late.end();
        });
    early.end();

    assertThat(stopped).hasValue(2);
    drain.join();
    assertThat(limits.underWay()).isZero();
    assertThat(limits.begin("chat")).isNull();
  }

  @Test
  void aCallThatDoesNotStopIsAbandoned() {
    CallLimits.Entry entry = begin();
    List<String> asked = new ArrayList<>();
    entry.endBy(
        new CallLimits.Ending() {
          @Override
          public void stop() {
            asked.add("stop");
          }

          @Override
          public void abandon() {
            asked.add("abandon");
            entry.end();
          }
        });
    assertThat(limits.drain(Duration.ZERO)).isTrue();
    assertThat(asked).containsExactly("stop", "abandon");
    assertThat(limits.underWay()).isZero();
  }

  @Test
  void aCallBeyondTheLimitIsNotCounted() {
    CallLimits.Entry first = begin();
    begin();
    assertThat(limits.begin("chat")).isNull();
    assertThat(limits.underWay()).isEqualTo(2);
    first.end();
    first.end();
    assertThat(limits.begin("chat")).isNotNull();
    assertThat(limits.begin("chat")).isNull();
  }
}
