package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Call;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Ticker;
import dev.forebay.core.Timeouts;
import dev.forebay.core.admission.Admission;
import dev.forebay.core.admission.Reservation;
import dev.forebay.core.targets.TargetRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process that takes part while it is used. */
class FleetTest {
  private static final Target ONE =
      new Target("one", Timeouts.DEFAULTS, new TargetQuota.Joint(0, 6_000, 1));

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

  @Test
  void aFirstCallBringsALeaseBeforeTheNextLook() {
    TargetRegistry targets = new TargetRegistry();
    try (Fleet fleet = join(targets, Duration.ofHours(1), Duration.ofHours(1))) {
      fleet.used();
      Admission admission = targets.state(ONE, ticker.nanos()).admission();
      await()
          .until(
              () -> {
                // Once the store has answered, this leaves what an idle member has.
                fleet.share(Map.of(ONE, "quota"));
                return admission.load(ticker.nanos()).capacity() == 1;
              });
      long before = fleet.reading().operations();
      Call call = new Call(false, 2, 2, Call.ROUTE_DEADLINE);
      long nanos = ticker.nanos();
      assertThat(admission.reserve(new Reservation(call, nanos), nanos)).isTrue();
      await().until(() -> fleet.reading().operations() > before);
    }
  }

  private Fleet join(Duration restsAfter) {
    return join(new TargetRegistry(), restsAfter, Duration.ZERO);
  }

  private Fleet join(TargetRegistry targets, Duration restsAfter, Duration leastPause) {
    return Fleet.joinWhileUsed(
        "program",
        store.connect(),
        2,
        targets,
        ticker,
        Map.of(ONE, "quota"),
        restsAfter,
        leastPause);
  }

  private int members() {
    return store.members();
  }
}
