package dev.forebay.core.admission;

import static dev.forebay.core.Priority.BATCH;
import static dev.forebay.core.Priority.INTERACTIVE;
import static dev.forebay.core.Priority.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.forebay.core.Call;
import dev.forebay.core.Priority;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.admission.AdmissionQueue.Ticket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdmissionQueueTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final List<Priority> ALL = List.of(INTERACTIVE, STANDARD, BATCH);
  private static final Tenant A = new Tenant("a", 1);
  private static final Tenant B = new Tenant("b", 3);

  private final AdmissionQueue line = new AdmissionQueue();
  private long now = Long.MAX_VALUE - 7; // an origin whose sums overflow

  @Test
  void defaultsArePinned() {
    assertThat(Priority.values()).containsExactly(INTERACTIVE, STANDARD, BATCH);
    assertThat(INTERACTIVE.headRoom()).isZero();
    assertThat(STANDARD.headRoom()).isEqualTo(0.05);
    assertThat(BATCH.headRoom()).isEqualTo(0.30);
    assertThat(BATCH.label()).isEqualTo("batch");
    assertThat(AdmissionQueue.MAX_ENTRIES).isEqualTo(10_000);
    assertThat(AdmissionQueue.MAX_BYTES).isEqualTo(67_108_864);
    assertThat(Tenant.ANYONE).isEqualTo(new Tenant("anyone", 1));
  }

  @Test
  void aMoreUrgentClassIsNeverPassed() {
    Ticket batch = offer(BATCH, A, 1);
    Ticket standard = offer(STANDARD, A, 1);
    Ticket interactive = offer(INTERACTIVE, A, 1_000_000);
    assertThat(serveNext()).isSameAs(interactive);
    assertThat(serveNext()).isSameAs(standard);
    assertThat(serveNext()).isSameAs(batch);
    assertThat(line.head()).isNull();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void withinATenantWhoCameFirstIsFirst() {
    List<Ticket> offered =
        List.of(offer(STANDARD, A, 9), offer(STANDARD, A, 1), offer(STANDARD, A, 5));
    now += 10 * MINUTE;
    assertThat(List.of(serveNext(), serveNext(), serveNext())).isEqualTo(offered);
  }

  @Test
  void tokensGoByWeightWhileOneTenantFloods() {
    for (int i = 0; i < 1_000; i++) {
      offer(STANDARD, A, 100);
    }
    for (int i = 0; i < 50; i++) {
      offer(STANDARD, B, 100);
    }
    Map<String, Long> given = new HashMap<>();
    for (int i = 1; line.size(STANDARD) > 950; i++) {
      Ticket served = serveNext();
      given.merge(served.tenant().name(), served.tokens(), Long::sum);
      long a = given.getOrDefault("a", 0L);
      long b = given.getOrDefault("b", 0L);
      if (b < 5_000) {
        assertThat(b).as("after %d", i).isCloseTo(3 * a, within(300L));
      }
    }
    assertThat(given.get("b")).isEqualTo(5_000);
  }

  @Test
  void fairnessHoldsForTicketsOfAllSizes() {
    SplittableRandom random = new SplittableRandom(1);
    double a = 0;
    double b = 0;
    offer(STANDARD, A, 1);
    offer(STANDARD, B, 1);
    for (int i = 0; i < 20_000; i++) {
      Ticket served = Objects.requireNonNull(line.head());
      offer(STANDARD, served.tenant(), random.nextInt(1, 10_000));
      line.served(served);
      a += served.tenant().equals(A) ? served.tokens() : 0;
      b += served.tenant().equals(B) ? served.tokens() : 0;
      assertThat(Math.abs(b - 3 * a)).as("after %d", i).isLessThan(3 * 10_000);
    }
  }

  @Test
  void whoWasIdleGetsNoCreditForIt() {
    offer(STANDARD, B, 1);
    for (int i = 0; i < 1_000; i++) {
      offer(STANDARD, A, 100);
    }
    for (int i = 0; i < 500; i++) {
      serveNext();
    }
    for (int i = 0; i < 400; i++) {
      offer(STANDARD, B, 100);
    }
    long latecomers = 0;
    for (int i = 0; i < 400; i++) {
      latecomers += serveNext().tenant().equals(B) ? 1 : 0;
    }
    assertThat(latecomers).isCloseTo(300, within(1L));
  }

  @Test
  void whoLeavesAndReturnsKeepsItsDebtWhileOthersWait() {
    Ticket first = offer(STANDARD, A, 1_000);
    Ticket other = offer(STANDARD, new Tenant("c", 1), 10);
    line.served(first);
    Ticket again = offer(STANDARD, A, 1_000);
    Ticket another = offer(STANDARD, new Tenant("c", 1), 10);
    assertThat(List.of(serveNext(), serveNext(), serveNext()))
        .containsExactly(other, another, again);
  }

  @Test
  void correctionsMoveATenantInItsOwnClassOnly() {
    Ticket batchA = offer(BATCH, A, 10);
    Ticket batchC = offer(BATCH, new Tenant("c", 1), 10);
    Ticket a = offer(STANDARD, A, 10);
    Ticket c = offer(STANDARD, new Tenant("c", 1), 10);
    line.charge(STANDARD, A, 5);
    assertThat(line.head()).isSameAs(c);
    line.charge(STANDARD, A, -6);
    assertThat(line.head()).isSameAs(a);
    line.charge(STANDARD, A, 2);
    line.charge(BATCH, A, 2);
    assertThat(line.head()).isSameAs(c);
    line.remove(a);
    line.remove(c);
    assertThat(line.head()).isSameAs(batchC);
    line.charge(BATCH, new Tenant("unknown", 1), 1e9);
    assertThat(line.knownTenants()).isEqualTo(2);
    assertThat(batchA.isWaiting()).isTrue();
  }

  @Test
  void aChangedWeightCountsFromTheNextChargeOn() {
    for (int i = 0; i < 1_000; i++) {
      offer(STANDARD, A, 100);
      offer(STANDARD, new Tenant("c", i < 100 ? 1 : 4), 100);
    }
    Map<String, Integer> served = new HashMap<>();
    for (int i = 0; i < 700; i++) {
      served.merge(serveNext().tenant().name(), 1, Integer::sum);
    }
    assertThat(served.get("c")).isCloseTo(100 + 400, within(2));
  }

  @ParameterizedTest
  @EnumSource(Priority.class)
  void whoCameFirstIsServedFirstHoweverLateItIs(Priority priority) {
    Ticket old = offer(priority, A, 1);
    now += 3 * MINUTE / 4;
    Ticket young = offer(priority, A, 1);

    assertThat(serveNext()).isSameAs(old);
    assertThat(serveNext()).isSameAs(young);
  }

  @Test
  void theLineIsBoundedInEntries() {
    Ticket first = offer(BATCH, A, 1);
    for (int i = 1; i < AdmissionQueue.MAX_ENTRIES; i++) {
      offer(BATCH, new Tenant("t" + i, 1), 1);
    }
    Ticket tooMuch = ticket(INTERACTIVE, A, 1, 0);
    assertThat(line.offer(tooMuch)).isFalse();
    assertThat(tooMuch.isWaiting()).isFalse();
    line.remove(tooMuch);
    line.served(tooMuch);
    assertThat(line.size()).isEqualTo(AdmissionQueue.MAX_ENTRIES);
    line.remove(first);
    line.remove(first);
    assertThat(line.offer(tooMuch)).isTrue();
  }

  @Test
  void theLineIsBoundedInBytes() {
    assertThat(line.offer(ticket(BATCH, A, 1, (int) AdmissionQueue.MAX_BYTES - 1))).isTrue();
    assertThat(line.offer(ticket(BATCH, A, 1, 2))).isFalse();
    assertThat(line.offer(ticket(BATCH, A, 1, 1))).isTrue();
    assertThat(line.bytes()).isEqualTo(AdmissionQueue.MAX_BYTES);
  }

  @Test
  void countersOfTenantsThatLeftAreBoundedAndForgottenWhenTheQueueIsEmpty() {
    Ticket stays = offer(STANDARD, A, 1);
    for (int i = 0; i < 5_000; i++) {
      line.served(offer(STANDARD, new Tenant("t" + i, 1), 1));
    }
    assertThat(line.knownTenants()).isEqualTo(FairQueue.MAX_IDLE + 1);
    line.served(stays);
    assertThat(line.knownTenants()).isZero();
  }

  @Test
  void sumsDoNotOverflow() {
    for (int i = 0; i < AdmissionQueue.MAX_ENTRIES; i++) {
      offer(BATCH, A, TargetQuota.MAX_PER_MINUTE);
    }
    assertThat(line.tokensAhead(BATCH))
        .isEqualTo(AdmissionQueue.MAX_ENTRIES * TargetQuota.MAX_PER_MINUTE);
  }

  @Test
  void everybodyCanBeWokenThoughSomeLeaveMeanwhile() {
    List<Ticket> all = List.of(offer(BATCH, A, 1), offer(INTERACTIVE, B, 1), offer(BATCH, B, 1));
    List<Ticket> seen = new ArrayList<>();
    line.forEachWaiting(
        t -> {
          seen.add(t);
          line.remove(all.get(0));
        });
    assertThat(seen).containsExactly(all.get(1), all.get(2));
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> new Tenant(" ", 1)).hasMessageContaining("must not be blank");
    assertThatThrownBy(() -> new Tenant("a", Double.NaN))
        .hasMessageContaining("tenant weight must be between 0.001 and 1,000, was NaN");
    assertThatThrownBy(() -> ticket(BATCH, A, -1, 0)).hasMessageContaining("tokens must be");
    assertThatThrownBy(() -> ticket(BATCH, A, 0, -1)).hasMessageContaining("bytes must not be");
    assertThatThrownBy(() -> line.charge(STANDARD, A, Double.NaN))
        .hasMessageContaining("must be finite");
    Ticket twice = offer(BATCH, A, 1);
    assertThatThrownBy(() -> line.offer(twice)).isInstanceOf(IllegalStateException.class);
  }

  /** Any order of events, against a model that looks at everything. */
  @Test
  void behavesAsTheNaiveModel() {
    for (int seed = 0; seed < 400; seed++) {
      SplittableRandom dice = new SplittableRandom(seed);
      AdmissionQueue tested = new AdmissionQueue();
      NaiveAdmissionQueue model = new NaiveAdmissionQueue();
      for (int step = 0; step < 300; step++) {
        now += dice.nextLong(MINUTE / 50);
        Priority priority = ALL.get(dice.nextInt(3));
        String name = "t" + dice.nextInt(6);
        Tenant tenant = new Tenant(name, dice.nextInt(20) == 0 ? 2 : 1 + name.hashCode() % 3);
        Ticket head = tested.head();
        switch (dice.nextInt(seed % 2 == 0 ? 5 : 8)) {
          case 0 -> {
            if (!model.waiting().isEmpty()) {
              Ticket left = model.waiting().get(dice.nextInt(model.waiting().size()));
              tested.remove(left);
              model.remove(left);
            }
          }
          case 1, 2 -> {
            if (head != null) {
              tested.served(head);
              model.served(head);
            }
          }
          case 3 -> {
            int tokens = dice.nextInt(-500, 1_000);
            tested.charge(priority, tenant, tokens);
            model.charge(priority, tenant, tokens);
          }
          default -> {
            int bytes = dice.nextInt((int) AdmissionQueue.MAX_BYTES / 20);
            Ticket ticket = ticket(priority, tenant, dice.nextInt(1_000), bytes);
            assertThat(tested.offer(ticket)).isEqualTo(model.offer(ticket));
          }
        }
        Ticket expected = model.head();
        assertThat(tested.head()).as("seed %d, step %d", seed, step).isSameAs(expected);
        assertSumsAgree(tested, model);
      }
    }
  }

  private static void assertSumsAgree(AdmissionQueue tested, NaiveAdmissionQueue model) {
    assertThat(tested.size()).isEqualTo(model.waiting().size());
    assertThat(tested.bytes()).isEqualTo(model.bytes());
    for (Priority p : Priority.values()) {
      assertThat(tested.tokensAhead(p)).isEqualTo(model.tokens(p));
      long size = model.waiting().stream().filter(t -> t.priority() == p).count();
      assertThat(tested.size(p)).isEqualTo((int) size);
    }
    Set<Ticket> visited = new HashSet<>();
    tested.forEachWaiting(visited::add);
    assertThat(visited).isEqualTo(Set.copyOf(model.waiting()));
  }

  private Ticket serveNext() {
    Ticket next = Objects.requireNonNull(line.head());
    line.served(next);
    return next;
  }

  private Ticket offer(Priority priority, Tenant tenant, long tokens) {
    Ticket ticket = ticket(priority, tenant, tokens, 100);
    assertThat(line.offer(ticket)).isTrue();
    return ticket;
  }

  private Ticket ticket(Priority priority, Tenant tenant, long tokens, int bytes) {
    Call call = new Call(false, 1, 1, Call.ROUTE_DEADLINE, priority, tenant, 0, bytes, false);
    Reservation asked = new Reservation(call, now + MINUTE);
    asked.asks(tokens, 0);
    return new Ticket(asked, now, asked.deadlineNanos(), () -> {});
  }
}
