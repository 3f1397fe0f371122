package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.SharedAnswers.Claim;
import dev.forebay.core.SharedAnswers.Lookup;
import dev.forebay.core.SharedAnswers.LookupCallback;
import dev.forebay.core.SharedAnswers.Place;
import dev.forebay.core.SharedAnswers.Search;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processes that share answers through a store in virtual time. */
class ClusterAnswersTest {
  private static final Place PLACE = new Place("name", "request");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final byte[] ANSWER = "answer".getBytes(StandardCharsets.UTF_8);

  private final VirtualTimers timers = new VirtualTimers();
  private final MemoryAnswers store = new MemoryAnswers(timers);
  private final List<Heard> all = new ArrayList<>();
  private final ClusterAnswers here = process();
  private final ClusterAnswers there = process();

  private ClusterAnswers process() {
    return process(new AnswerCipher(new byte[32]), timers);
  }

  private ClusterAnswers process(AnswerCipher cipher, VirtualTimers own) {
    ClusterAnswers process = new ClusterAnswers(store, cipher, own);
    process.prepare();
    own.run(0);
    return process;
  }

  /** What a search came to. */
  private static final class Heard implements LookupCallback {
    private String what = "";
    private @Nullable Duration age;
    private @Nullable Claim claim;
    private int ends;

    @Override
    public void found(byte[] answer, Duration old) {
      what = new String(answer, StandardCharsets.UTF_8);
      age = old;
      ends++;
    }

    @Override
    public void absent(Claim own) {
      what = "absent";
      claim = own;
      ends++;
    }

    @Override
    public void otherRequest() {
      what = "other request";
      ends++;
    }

    void keep() {
      Objects.requireNonNull(claim).keep(ANSWER, HOUR);
    }

    void release() {
      Objects.requireNonNull(claim).release();
    }
  }

  private Heard find(ClusterAnswers by, Search search) {
    return find(by, PLACE, search);
  }

  private Heard find(ClusterAnswers by, Place place, Search search) {
    Heard heard = new Heard();
    all.add(heard);
    by.find(place, search, heard);
    return heard;
  }

  @AfterEach
  void eachTakerHeardOnce() {
    timers.run(60_000);
    assertThat(all).allSatisfy(each -> assertThat(each.ends).isEqualTo(1));
  }

  @ParameterizedTest
  @EnumSource(Search.class)
  void whatOneKeepsAnotherFindsWithItsAge(Search search) {
    store.away(10);
    Heard first = find(here, search);
    timers.run(10);
    assertThat(first.what).isEqualTo("absent");
    first.keep();
    timers.run(5_010);
    Heard second = find(there, search);
    timers.run(10);

    assertThat(second.what).isEqualTo("answer");
    assertThat(second.age).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_020));
    assertThat(there.reading().hits()).isEqualTo(1);
    assertThat(here.reading().kept()).isEqualTo(1);
    assertThat(there.reading().reachable()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(value = Search.class, names = "LOOK", mode = EnumSource.Mode.EXCLUDE)
  void whoComesMeanwhileWaitsForTheAnswer(Search search) {
    Heard first = find(here, search);
    Heard second = find(there, search);
    timers.run(60_000);
    assertThat(second.what).as("the claim is renewed").isEmpty();
    int before = store.operations();
    timers.run(10_000);
    assertThat(store.operations() - before).isLessThanOrEqualTo(43);
    first.keep();
    timers.run(250);

    assertThat(second.what).isEqualTo("answer");
    assertThat(there.reading().waits()).isEqualTo(1);
  }

  @Test
  void withoutAnAnswerAllWhoShareGoOnAndAKeyGoesToOne() {
    Heard first = find(here, Search.SHARE);
    Heard second = find(there, Search.SHARE);
    Heard third = find(process(), Search.SHARE);
    first.release();
    timers.run(250);
    assertThat(List.of(second.what, third.what)).containsOnly("absent");

    Place key = new Place("key", "request");
    first = find(here, key, Search.ONCE);
    second = find(there, key, Search.ONCE);
    third = find(process(), key, Search.ONCE);
    first.release();
    timers.run(250);
    assertThat(List.of(second.what, third.what)).containsExactlyInAnyOrder("absent", "");
    (second.what.isEmpty() ? third : second).keep();
    timers.run(250);
    assertThat((second.what.equals("absent") ? third : second).what).isEqualTo("answer");
  }

  @Test
  void theClaimOfOneWhoDiedEnds() {
    ClusterAnswers mortal = process(new AnswerCipher(new byte[32]), new VirtualTimers());
    Heard dead = find(mortal, Search.ONCE);
    Heard waits = find(there, Search.ONCE);
    timers.run(AnswerStore.CLAIM_MILLIS - 1);
    assertThat(waits.what).isEmpty();
    timers.run(251);
    assertThat(waits.what).isEqualTo("absent");
    waits.keep();
    timers.run(1);
    dead.keep();
    timers.run(1);
    assertThat(mortal.reading().kept()).isZero();
  }

  @Test
  void beforeItIsConnectedASearchFindsNothingAtOnce() {
    store.away(700);
    ClusterAnswers late = new ClusterAnswers(store, new AnswerCipher(null), timers);
    int before = store.operations();
    assertThat(find(late, Search.SHARE).what).isEqualTo("absent");
    assertThat(store.operations()).as("nor is the client made on its thread").isEqualTo(before);
    assertThat(late.reading().lastFailure()).isEmpty();
    timers.run(700);
    assertThat(late.reading().reachable()).isTrue();
  }

  @Test
  void aKeyOfAnotherRequestIsReported() {
    Heard first = find(here, Search.ONCE);
    Place other = new Place(PLACE.name(), "other");
    assertThat(find(there, other, Search.ONCE).what).isEqualTo("other request");
    first.keep();
    timers.run(1);
    assertThat(find(there, other, Search.ONCE).what).isEqualTo("other request");
  }

  @ParameterizedTest
  @EnumSource(Search.class)
  void aStoreThatIsTooSlowIsLeftAloneForASecond(Search search) {
    store.away(200);
    Heard first = find(here, search);
    timers.run(AnswerStoreAccess.BOUND_MILLIS - 1);
    assertThat(first.what).isEmpty();
    timers.run(1);
    assertThat(first.what).isEqualTo("absent");
    assertThat(here.reading().reachable()).isFalse();
    assertThat(here.reading().lastFailure()).startsWith("the store is too slow or cut off");
    int before = store.operations();
    assertThat(find(here, search).what).isEqualTo("absent");
    assertThat(store.operations()).isEqualTo(before);
    store.away(0);
    timers.run(AnswerStoreAccess.PAUSE_MILLIS);
    assertThat(find(there, search).what)
        .as("a claim that came too late was given back")
        .isEqualTo("absent");
    assertThat(there.reading().reachable()).isTrue();
  }

  /** As after a pause of this process, or of another one's slow operation. */
  @ParameterizedTest
  @EnumSource(value = Search.class, names = "LOOK", mode = EnumSource.Mode.EXCLUDE)
  void anAnswerIsKeptAlsoWhileTheStoreIsLeftAlone(Search search) {
    Heard first = find(here, search);
    store.away(AnswerStoreAccess.BOUND_MILLIS + 10);
    find(here, new Place("slow", ""), Search.LOOK);
    timers.run(AnswerStoreAccess.BOUND_MILLIS);
    assertThat(here.reading().reachable()).isFalse();
    store.away(0);
    Heard waits = find(there, search);
    first.keep();
    timers.run(250);
    assertThat(waits.what).isEqualTo("answer");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 999, 1_500})
  void anAnswerThatDidNotReachTheStoreIsSentAgain(long millis) {
    Heard first = find(here, Search.ONCE);
    store.down(true);
    first.keep();
    timers.run(millis);
    store.down(false);
    timers.run(2 * AnswerStoreAccess.PAUSE_MILLIS);
    Heard second = find(there, Search.ONCE);
    assertThat(second.what).isEqualTo("answer");
    assertThat(second.age).isGreaterThanOrEqualTo(Duration.ofMillis(millis));
    assertThat(here.reading().kept()).isEqualTo(1);
  }

  @Test
  void anAnswerThatNeverReachedTheStoreIsGivenUpAndItsClaimReleased() {
    Heard first = find(here, Search.ONCE);
    store.refusesAnswers(true);
    first.keep();
    timers.run(1);
    assertThat(find(there, Search.LOOK).what).isEqualTo("absent");
    int before = store.operations();
    timers.run(2 * AnswerStoreAccess.PAUSE_MILLIS);
    assertThat(store.operations() - before).as("two more tries and the release").isEqualTo(3);
    assertThat(find(there, Search.ONCE).what).isEqualTo("absent");
  }

  @Test
  void noMoreAnswersThanABoundWaitToBeSent() {
    store.down(true);
    for (int i = 0; i < AnswerStoreAccess.MOST_AT_ONCE + 5; i++) {
      here.unclaimed(new Place("n" + i, "")).keep(ANSWER, HOUR);
    }
    timers.run(1);
    store.down(false);
    timers.run(2 * AnswerStoreAccess.PAUSE_MILLIS);
    assertThat(here.reading().kept()).isEqualTo(AnswerStoreAccess.MOST_AT_ONCE);
  }

  @Test
  void whatAFullStoreHoldsIsFound() {
    find(here, Search.SHARE).keep();
    timers.run(1);
    store.full(true);
    for (int call = 0; call < 10; call++) {
      for (Search search : Search.values()) {
        Heard absent = find(here, new Place("new " + call + search, "request"), search);
        assertThat(absent.what).isEqualTo("absent");
        absent.keep();
        timers.run(1);
        assertThat(find(here, search).what).as("%s %d", search, call).isEqualTo("answer");
      }
    }
    assertThat(here.reading().reachable()).isTrue();
    assertThat(here.reading().kept()).isEqualTo(1);
    assertThat(here.reading().failures()).isEqualTo(10L * Search.values().length);
    assertThat(here.reading().lastFailure()).startsWith("the store is full");
  }

  @Test
  void aWaiterWithAKeyOutlastsAShortFailureOfTheStoreAndOneWithoutDoesNot() {
    Heard first = find(here, Search.ONCE);
    Heard waits = find(there, Search.ONCE);
    Place cached = new Place("cached", "");
    Heard leads = find(here, cached, Search.SHARE);
    Heard shares = find(there, cached, Search.SHARE);
    timers.run(500);
    store.down(true);
    timers.run(3_000);
    assertThat(waits.what).isEmpty();
    assertThat(shares.what).isEqualTo("absent");
    store.down(false);
    timers.run(2_000);
    first.keep();
    leads.release();
    timers.run(1_500);
    assertThat(waits.what).isEqualTo("answer");
  }

  @Test
  void aWaiterWhoseStoreStaysDownMakesTheCall() {
    find(here, Search.ONCE);
    Heard waits = find(there, Search.ONCE);
    store.down(true);
    timers.run(AnswerStore.CLAIM_MILLIS + 1_250);
    assertThat(waits.what).isEqualTo("absent");
  }

  @Test
  void aSearchThatWasCancelledHearsNothingAndHoldsNothing() {
    store.away(10);
    Heard unheard = new Heard();
    Lookup lookup = here.find(PLACE, Search.ONCE, unheard);
    lookup.cancel();
    timers.run(100);
    assertThat(unheard.ends).isZero();
    Heard next = find(there, Search.ONCE);
    timers.run(10);
    assertThat(next.what).isEqualTo("absent");
  }

  @Test
  void noMoreOperationsThanABoundAreUnderWay() {
    store.away(10);
    List<Heard> many = new ArrayList<>();
    for (int i = 0; i < AnswerStoreAccess.MOST_AT_ONCE + 5; i++) {
      many.add(find(here, new Place("n" + i, ""), Search.LOOK));
    }
    assertThat(many.stream().filter(each -> each.what.equals("absent"))).hasSize(5);
    timers.run(10);
    assertThat(here.reading().reachable()).isTrue();
    assertThat(here.reading().failures()).isEqualTo(5);
  }

  @Test
  void whatIsKeptIsEncryptedAndOnlyItsMembersReadIt() {
    find(here, Search.SHARE).keep();
    timers.run(1);
    ClusterAnswers other = process(new AnswerCipher(null), timers);
    assertThat(find(other, Search.LOOK).what).isEqualTo("absent");
    store.spoil(
        bytes -> {
          assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("answer");
          bytes[bytes.length - 1] ^= 1;
          return bytes;
        });
    assertThat(find(there, Search.LOOK).what).isEqualTo("absent");
  }
}
