package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import dev.forebay.core.admission.QuotaProbes.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Probes of a known quota, and short words for what tests do with them. */
abstract class QuotaProbesFixture {
  static final long MS = Duration.ofMillis(1).toNanos();
  static final long SECOND = 1_000 * MS;

  long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  final QuotaProbes probes = new QuotaProbes(true, now);

  final boolean mayGo(Kind kind) {
    return probes.mayGo(kind, false, now);
  }

  final boolean mayGoAsLastChance(Kind kind) {
    return probes.mayGo(kind, true, now);
  }

  /** How many probes may be sent before there is none. */
  final int useUpCredit() {
    int sent = 0;
    while (mayGo(Kind.PROBE)) {
      probes.dropped(send(Kind.PROBE));
      sent++;
    }
    return sent;
  }

  /** Whether that shows that the limits are lower than believed. */
  final boolean refuse(Kind kind) {
    Reservation refused = reservation(kind);
    probes.sent(refused, kind, false, now);
    return probes.refused(refused, kind, now);
  }

  /** Two sure ones in a row are refused, which is no chance. */
  final void cut() {
    assertThat(refuse(Kind.SURE)).isFalse();
    assertThat(refuse(Kind.SURE)).isTrue();
  }

  /** Many others are answered, so that refusals are acceptable. */
  final void answerMany() {
    for (int i = 0; i < 100; i++) {
      probes.answered(now);
    }
  }

  final List<Reservation> sendAll(Kind kind, int most) {
    List<Reservation> sent = new ArrayList<>();
    while (sent.size() < most && mayGo(kind)) {
      sent.add(send(kind));
    }
    return sent;
  }

  final Reservation send(Kind kind) {
    assertThat(mayGo(kind)).isTrue();
    return sendUnasked(kind);
  }

  final Reservation sendUnasked(Kind kind) {
    Reservation reservation = reservation(kind);
    probes.sent(reservation, kind, false, now);
    return reservation;
  }

  final Reservation reservation(Kind kind) {
    Call call = new Call(false, 900, 100, Call.ROUTE_DEADLINE);
    Reservation reservation = new Reservation(call, now + 60 * SECOND);
    reservation.give(kind.bits, 0, now);
    return reservation;
  }
}
