package dev.forebay.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.gateway.live.Alarm.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The order in which an operator reads alarms. */
class AlarmTest {
  private static Alarm alarm(Level level, AlarmKind kind, long affected) {
    return new Alarm(level, kind, "one", "text", "advice", affected);
  }

  @Test
  void criticalComesFirstThenWhatCallersSufferMostThenWhatConcernsMostCalls() {
    List<Alarm> expected =
        List.of(
            alarm(Level.CRITICAL, AlarmKind.FAILING, 90),
            alarm(Level.CRITICAL, AlarmKind.FAILING, 7),
            alarm(Level.CRITICAL, AlarmKind.CUT_OFF, 90),
            alarm(Level.CRITICAL, AlarmKind.QUEUE_STORE, 0),
            alarm(Level.WARNING, AlarmKind.DEGRADED, 1),
            alarm(Level.WARNING, AlarmKind.FALLBACK, 500),
            alarm(Level.WARNING, AlarmKind.BREAKER, 20),
            alarm(Level.WARNING, AlarmKind.THROTTLED, 300),
            alarm(Level.WARNING, AlarmKind.CONFIG, 0),
            alarm(Level.WARNING, AlarmKind.DEAD_LETTERS, 900),
            alarm(Level.INFO, AlarmKind.FAILING, 1_000));
    List<Alarm> shuffled = new ArrayList<>(expected);
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.sort(Alarm.WORST_FIRST);
      assertThat(shuffled).isEqualTo(expected);
    }
  }

  @Test
  void namesOfKindsAreForPrograms() {
    for (AlarmKind kind : AlarmKind.values()) {
      assertThat(kind.label()).isEqualTo(kind.label().toLowerCase(Locale.ROOT));
    }
    assertThat(List.of(AlarmKind.values()).stream().map(AlarmKind::label)).doesNotHaveDuplicates();
  }
}
