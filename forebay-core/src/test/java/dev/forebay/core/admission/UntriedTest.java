package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UntriedTest {
  private static final long MS = Duration.ofMillis(1).toNanos();

  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow
  private final Untried untried = new Untried(now);

  @Test
  void oneIsTriedAtFirstAndTwiceAsManyWithEachThatIsNotRefused() {
    for (int allowed = 1; allowed <= Untried.MOST; allowed *= 2) {
      List<Reservation> sent = sendAll();
      assertThat(sent).hasSize(allowed);
      untried.confirmed(sent.getFirst());
      sent.forEach(untried::dropped);
    }
    assertThat(sendAll()).as("at most").hasSize(Untried.MOST);
  }

  @Test
  void whatIsNotRefusedFor300MsIsConfirmed() {
    Reservation first = send();
    assertThat(untried.mayGo(now)).isFalse();
    now += 300 * MS - 1;
    assertThat(untried.mayGo(now)).isFalse();
    now++;
    assertThat(sendAll()).hasSize(2).doesNotContain(first);
  }

  @Test
  void aLoneThrottleHoldsNothingBack() {
    untried.confirmed(send());
    untried.confirmed(send());
    untried.throttled(send(), now);

    assertThat(sendAll()).as("half of four").hasSize(2);
  }

  @Test
  void threeInARowHoldAllBackForTwiceAsLongEachTime() {
    for (long hold : new long[] {250, 500, 1_000, 2_000, 4_000, 8_000, 8_000}) {
      Reservation refused = send();
      now += MS;
      untried.throttled(refused, now);
      if (hold == 250) {
        untried.throttled(send(), now);
        untried.throttled(send(), now);
      }
      assertThat(untried.mayGo(now + hold * MS - 1)).as("hold of %d ms", hold).isFalse();
      now += hold * MS;
      assertThat(untried.mayGo(now)).as("after %d ms", hold).isTrue();
    }
  }

  @Test
  void anAnswerOfOneSentSinceEndsTheRow() {
    Reservation before = send();
    untried.dropped(before);
    now += MS;
    untried.throttled(send(), now);
    untried.throttled(send(), now);
    untried.answered(before);
    now += MS;
    Reservation after = send();
    untried.dropped(after);
    untried.answered(after);
    untried.throttled(send(), now);

    assertThat(untried.mayGo(now)).isTrue();
  }

  private List<Reservation> sendAll() {
    List<Reservation> sent = new ArrayList<>();
    while (untried.mayGo(now)) {
      sent.add(send());
    }
    return sent;
  }

  private Reservation send() {
    Call call = new Call(false, 900, 100, Call.ROUTE_DEADLINE);
    Reservation reservation = new Reservation(call, now + 60_000 * MS);
    assertThat(untried.mayGo(now)).isTrue();
    reservation.give(false, now);
    untried.sent(reservation);
    return reservation;
  }
}
