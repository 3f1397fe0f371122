package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LeaseModelTest {
  private static final int STEPS = Integer.getInteger("lease.steps", 1_000_000);

  /** The last one learns it with its next renewal, after a request that was lost before. */
  static final long MOST_LOST_MILLIS =
      LeaseBook.LEASE_MILLIS + LeaseHolder.RENEW_MILLIS + LeaseHolder.TIMEOUT_MILLIS;

  private static final int SEED = Integer.getInteger("lease.seed", 19);

  @Test
  void membersNeverHoldMoreThanTheQuotaWhateverIsLostLateOrCrashes() {
    LeaseModel model =
        new LeaseModel(new SplittableRandom(SEED), () -> Ledger.of(new LeaseBook())).withDebts();
    double sum = 0;
    for (int step = 0; step < STEPS; step++) {
      model.step();
      long held = model.held();
      sum += held;
      assertThat(held).as("step %d", step).isLessThanOrEqualTo(Grant.WHOLE);
      assertThat(model.counted()).as("step %d", step).isLessThanOrEqualTo(Grant.WHOLE);
    }
    assertThat(sum / STEPS).as("what is held on average").isGreaterThan(Grant.WHOLE / 5);
  }

  @Test
  void nothingStaysLostForLongerThanALease() {
    LeaseModel model = new LeaseModel(new SplittableRandom(20), () -> Ledger.of(new LeaseBook()));
    for (int round = 0; round < 200; round++) {
      for (int step = 0; step < 2_000; step++) {
        model.step();
      }
      assertThat(model.millisUntilTheLastHasAll())
          .as("round %d", round)
          .isLessThan(MOST_LOST_MILLIS);
    }
  }

  @Test
  void aBookThatForgetsWhatALostAnswerLeavesBehindIsFoundOut() {
    assertThat(mostHeld(() -> Ledger.of(new ForgetfulBook()))).isGreaterThan(Grant.WHOLE);
  }

  private static long mostHeld(Supplier<Ledger> books) {
    LeaseModel model = new LeaseModel(new SplittableRandom(19), books);
    long most = 0;
    for (int step = 0; step < STEPS && most <= Grant.WHOLE; step++) {
      model.step();
      most = Math.max(most, model.held());
    }
    return most;
  }

  /** Counts a smaller grant as if its owner had received it. */
  private static final class ForgetfulBook extends LeaseBook {
    @Override
    long counted(long granted, long claim) {
      return granted;
    }
  }
}
