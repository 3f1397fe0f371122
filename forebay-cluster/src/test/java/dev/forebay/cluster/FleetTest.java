package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Ticker;
import dev.forebay.core.Timeouts;
import dev.forebay.core.targets.TargetRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process that takes part while it is used. */
class FleetTest {
  private static final Map<Target, String> QUOTAS =
      Map.of(new Target("one", Timeouts.DEFAULTS, new TargetQuota.Joint(600, 0, 1)), "quota");

  private final Ticker ticker = Ticker.system();
  private final MemoryStore store = new MemoryStore(() -> ticker.nanos() / 1_000_000);

  @Test
  void whoIsNotUsedAsksForNothingAndWhoIsUsedAgainIsBack() {
    try (Fleet fleet = join(Duration.ofMillis(300))) {
      assertThat(fleet.reading().operations()).isZero();
      for (int round = 0; round < 3; round++) {
        fleet.used();
        await().pollInterval(Duration.ofMillis(10)).until(() -> members() == 1);
        await().until(() -> members() == 0);
        long asked = fleet.reading().operations();
        await().during(Duration.ofMillis(200)).until(() -> fleet.reading().operations() == asked);
      }
    }
  }

  @Test
  void whoIsUsedAllTheTimeStays() {
    try (Fleet fleet = join(Duration.ofSeconds(1))) {
      fleet.used();
      await().until(() -> members() == 1);
      await()
          .during(Duration.ofMillis(1_500))
          .until(
              () -> {
                fleet.used();
                return members() == 1;
              });
    }
    assertThat(members()).as("and says goodbye").isZero();
  }

  private Fleet join(Duration restsAfter) {
    return Fleet.joinWhileUsed(
        "program", store.connect(), 2, new TargetRegistry(), ticker, QUOTAS, restsAfter);
  }

  private int members() {
    return store.members();
  }
}
