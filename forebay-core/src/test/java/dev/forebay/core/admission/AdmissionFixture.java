package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.Quota;
import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import dev.forebay.core.estimate.LatencyProfile;
import dev.forebay.core.health.Cooldown;
import dev.forebay.core.health.RetryBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An admission with a known quota, and short words for what tests do with it. */
abstract class AdmissionFixture {
  static final long SECOND = Duration.ofSeconds(1).toNanos();
  static final long DEADLINE = 90 * SECOND;
  static final ErrorInfo ERROR = new ErrorInfo(429, "ThrottlingException", "");
  static final int PER_MINUTE = 60_000;
  static final TargetQuota MINUTE = new TargetQuota.Joint(0, PER_MINUTE, 5);

  long now = 17;
  final Cooldown cooldown = new Cooldown(now);
  final LatencyProfile profile = new LatencyProfile();
  final RetryBudget budget = new RetryBudget(now);
  Admission admission = of(MINUTE);

  final Admission of(TargetQuota quota) {
    return new Admission(quota, cooldown, profile, budget, now);
  }

  /** Takes a whole minute's worth, and a probe beyond it is refused: for 10 s there is no other. */
  final Reservation fill() {
    Reservation all = reserve(call(PER_MINUTE, 0));
    refuseProbe();
    return all;
  }

  final void refuseProbe() {
    settle(reserve(call(1, 0)), new Outcome.Throttled(Quota.MINUTE, Duration.ZERO, ERROR));
  }

  final Reservation reserve(Call call) {
    Reservation reservation = reserved(call);
    assertThat(reservation).isNotNull();
    return reservation;
  }

  /** Null if the call has to wait. */
  final @Nullable Reservation reserved(Call call) {
    Reservation asked = new Reservation(call, now + DEADLINE);
    return admission.reserve(asked, now) ? asked : null;
  }

  final Ticket join(Call call) {
    return join(call, new AtomicInteger());
  }

  final Ticket join(Call call, AtomicInteger woken) {
    return join(call, now + DEADLINE, woken);
  }

  /** It waits until then. */
  final Ticket join(Call call, long giveUpNanos) {
    return join(call, giveUpNanos, new AtomicInteger());
  }

  private Ticket join(Call call, long giveUpNanos, AtomicInteger woken) {
    Reservation asked = new Reservation(call, now + DEADLINE);
    Ticket ticket = admission.join(asked, now, giveUpNanos, woken::incrementAndGet, now);
    assertThat(ticket).isNotNull();
    return ticket;
  }

  final void settle(Reservation held, Outcome outcome) {
    admission.settle(held, outcome, 0, now);
  }

  final long level() {
    return admission.load(now).level();
  }

  final double waitSeconds(Call call) {
    return admission.waitNanos(new Reservation(call, now), now) / 1e9;
  }

  static Outcome succeeded(int input, int output) {
    return new Outcome.Succeeded(new TokenUsage(input, output, 0, 0));
  }

  static Call call(int input, int maxOutput) {
    return new Call(
        false,
        input,
        maxOutput,
        Call.ROUTE_DEADLINE,
        Priority.INTERACTIVE,
        Tenant.ANYONE,
        0,
        0,
        false);
  }

  static Call call(Priority priority, int input) {
    return new Call(false, input, 0, Call.ROUTE_DEADLINE, priority, Tenant.ANYONE, 0, 0, false);
  }
}
