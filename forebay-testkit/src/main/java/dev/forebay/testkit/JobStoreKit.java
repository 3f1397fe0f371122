package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Backlog;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobPage;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobState;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.JobStore.DueCallback;
import dev.forebay.jobs.JobStore.Failure;
import dev.forebay.jobs.JobStore.Swept;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.Lease;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.StoredJob;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link JobStore} does. Extend it, and say how to open an empty store. */
public abstract class JobStoreKit {
  /** The route that jobs are for unless a test says otherwise. */
  protected static final String ROUTE = "claude";

  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Tenant WEB = new Tenant("web", 1);

  /** The stores' time. */
  protected final WallTime time = new WallTime();

  private final Random random = new Random(7);
  private final List<JobStore> opened = new ArrayList<>();
  private JobStore store;

  /**
   * Opens the test's store; called again within a test, it opens the same one as another process
   * would.
   */
  protected abstract JobStore open(StoreLimits limits, InstantSource clock);

  @BeforeEach
  final void openStore() {
    store = openWith(StoreLimits.DEFAULTS);
  }

  @AfterEach
  final void closeStores() {
    opened.forEach(JobStore::close);
  }

  /** The test's store under those limits; closed after the test. */
  protected final JobStore openWith(StoreLimits limits) {
    JobStore another = open(limits, time);
    opened.add(another);
    return another;
  }

  // Accepting

  @Test
  void anAcceptedJobIsFoundAsItWasGiven() {
    NewJob job = job("hello");
    Accepted accepted = get(store.enqueue(job));
    assertThat(accepted.created()).isTrue();
    StoredJob found = find(job.job().id());
    assertThat(found).isEqualTo(accepted.job());
    assertThat(found.job()).isEqualTo(job.job());
    assertThat(found.state()).isEqualTo(new JobState.Queued(job.job().created()));
    assertThat(found.attempts()).isZero();
  }

  @Test
  void anAcceptedJobIsThereWhenTheStoreIsOpenedAgain() {
    NewJob job = accept(job("hello"));
    store.close();
    store = openWith(StoreLimits.DEFAULTS);
    assertThat(find(job.job().id()).job()).isEqualTo(job.job());
    assertThat(take(1).getFirst().request()).isEqualTo(job.request());
  }

  @Test
  void theRequestComesBackByteForByte() {
    byte[] body = new byte[100_000];
    random.nextBytes(body);
    NewJob job =
        accept(
            new NewJob(
                facts().job(),
                new JobRequest(
                    List.of(
                        new Header("content-type", "application/json"),
                        new Header("x-a", "b: c ü")),
                    Content.of(body)),
                Optional.empty()));
    assertThat(take(1).getFirst().request()).isEqualTo(job.request());
  }

  @Test
  void theSameKeyOfATenantGivesTheSameJob() {
    NewJob first = keyed("hello", "k1");
    NewJob second = keyed("hello", "k1");
    get(store.enqueue(first));
    Accepted again = get(store.enqueue(second));
    assertThat(again.created()).isFalse();
    assertThat(again.job().id()).isEqualTo(first.job().id());
    assertThat(get(store.find(second.job().id()))).isEmpty();
    assertThat(get(store.stats()).total()).isEqualTo(1);
  }

  @Test
  void theSameKeyGivesTheSameJobAlsoWhenItHasEnded() {
    NewJob first = keyed("hello", "k1");
    get(store.enqueue(first));
    get(store.complete(take(1).getFirst().lease(), result("done")));
    Accepted again = get(store.enqueue(keyed("hello", "k1")));
    assertThat(again.created()).isFalse();
    assertThat(again.job().state().status()).isEqualTo(JobStatus.DONE);
  }

  @Test
  void theSameKeyWithAnotherRequestIsRefused() {
    NewJob first = accept(keyed("hello", "k1"));
    assertThatThrownBy(() -> get(store.enqueue(keyed("other", "k1"))))
        .isInstanceOf(JobException.KeyReused.class)
        .hasMessageContaining(first.job().id().text())
        .hasMessageContaining("send a new key");
  }

  @Test
  void aKeyIsItsTenantsAlone() {
    accept(keyed("hello", "k1"));
    NewJob other =
        new NewJob(
            facts().tenant(new Tenant("batch", 1)).job(), request("other"), Optional.of("k1"));
    assertThat(get(store.enqueue(other)).created()).isTrue();
  }

  @Test
  void manyCallersWithTheSameKeyGetOneJob() {
    List<CompletableFuture<Accepted>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(store.enqueue(keyed("hello", "k" + i % 5)));
    }
    Set<JobId> ids = new HashSet<>();
    long created = 0;
    for (CompletableFuture<Accepted> one : all) {
      ids.add(get(one).job().id());
      created += get(one).created() ? 1 : 0;
    }
    assertThat(ids).hasSize(5);
    assertThat(created).isEqualTo(5);
    assertThat(get(store.stats()).count(JobStatus.QUEUED)).isEqualTo(5);
  }

  @Test
  void anOversizedRequestIsRefusedWithItsSize() {
    NewJob large =
        new NewJob(
            facts().job(),
            new JobRequest(List.of(), Content.of(new byte[30_000_000])),
            Optional.empty());
    assertThatThrownBy(() -> get(store.enqueue(large)))
        .isInstanceOf(JobException.TooLarge.class)
        .hasMessage("the request has 30000000 bytes; a job may have 25000000");
    assertThat(get(store.stats()).total()).isZero();
  }

  @Test
  void aFullStoreRefusesNewJobsAndKeepsTheOld() {
    JobStore small = openWith(new StoreLimits(2, 1_000_000));
    NewJob first = job("a");
    get(small.enqueue(first));
    get(small.enqueue(keyed("b", "k1")));
    assertThatThrownBy(() -> get(small.enqueue(job("c"))))
        .isInstanceOf(JobException.Full.class)
        .hasMessageContaining("holds 2 jobs");
    assertThat(get(small.enqueue(keyed("b", "k1"))).created()).isFalse();
    assertThat(get(small.find(first.job().id()))).isPresent();
    assertThat(get(small.stats()).total()).isEqualTo(2);
  }

  @Test
  void aStoreFullOfBytesRefusesWhatDoesNotFit() {
    JobStore small = openWith(new StoreLimits(100, 1_000));
    get(small.enqueue(job("x".repeat(900))));
    assertThatThrownBy(() -> get(small.enqueue(job("x".repeat(200)))))
        .isInstanceOf(JobException.Full.class)
        .hasMessageContaining("1000 bytes");
    assertThat(get(small.enqueue(job("x"))).created()).isTrue();
  }

  // Taking

  @Test
  void nothingIsTakenFromAnEmptyStore() {
    assertThat(take(10)).isEmpty();
  }

  @Test
  void aTakenJobIsNotTakenAgain() {
    NewJob job = accept(job("hello"));
    TakenJob taken = take(10).getFirst();
    assertThat(taken.stored().id()).isEqualTo(job.job().id());
    assertThat(taken.stored().state())
        .isEqualTo(new JobState.Running(taken.lease(), time.instant().plus(LEASE)));
    assertThat(taken.lease().owner()).isEqualTo("here");
    assertThat(take(10)).isEmpty();
  }

  @Test
  void onlyTheRoutesOwnJobsAreTaken() {
    accept(new NewJob(facts().route("nova").job(), request("x"), Optional.empty()));
    assertThat(take(10)).isEmpty();
    assertThat(get(store.take(new Take("nova", 10, "here", LEASE)))).hasSize(1);
  }

  @Test
  void whatIsTakenAtOnceIsBoundedByItsBytes() {
    String large = "x".repeat(12 << 20);
    for (int i = 0; i < 3; i++) {
      accept(job(large));
    }
    accept(new NewJob(facts().priority(Priority.BATCH).job(), request("x"), Optional.empty()));

    assertThat(take(10)).hasSize(2);
    assertThat(take(10)).hasSize(2);
    assertThat(take(10)).isEmpty();
  }

  @Test
  void moreUrgentJobsGoFirst() {
    JobId batch = accept(facts().priority(Priority.BATCH)).job().id();
    JobId standard = accept(facts().priority(Priority.STANDARD)).job().id();
    JobId interactive = accept(facts().priority(Priority.INTERACTIVE)).job().id();
    assertThat(ids(take(2))).containsExactly(interactive, standard);
    assertThat(ids(take(2))).containsExactly(batch);
  }

  @Test
  void withinATenantWhatExpiresFirstGoesFirst() {
    JobId late = accept(facts().expiresIn(Duration.ofHours(3))).job().id();
    JobId soon = accept(facts().expiresIn(Duration.ofHours(1))).job().id();
    JobId between = accept(facts().expiresIn(Duration.ofHours(2))).job().id();
    assertThat(ids(take(10))).containsExactly(soon, between, late);
  }

  @Test
  void tenantsGetTokensInProportionToTheirWeights() {
    Tenant heavy = new Tenant("heavy", 3);
    Tenant light = new Tenant("light", 1);
    for (int i = 0; i < 40; i++) {
      accept(facts().tenant(heavy));
      accept(facts().tenant(light));
    }
    List<TakenJob> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.addAll(take(4));
    }
    assertThat(taken).filteredOn(job -> job.stored().job().tenant().equals(heavy)).hasSize(15);
    assertThat(taken).filteredOn(job -> job.stored().job().tenant().equals(light)).hasSize(5);
  }

  @Test
  void aTenantWithLargeJobsGetsFewerOfThem() {
    Tenant large = new Tenant("large", 1);
    for (int i = 0; i < 20; i++) {
      accept(facts().tenant(large).tokens(3_000));
      accept(facts().tokens(1_000));
    }
    List<TakenJob> taken = take(8);
    assertThat(taken).filteredOn(job -> job.stored().job().tenant().equals(large)).hasSize(2);
  }

  @Test
  void aTenantThatBeginsToWaitHasNoOldRights() {
    Tenant busy = new Tenant("busy", 1);
    Tenant late = new Tenant("late", 1);
    for (int i = 0; i < 60; i++) {
      accept(facts().tenant(busy));
    }
    take(40);
    for (int i = 0; i < 20; i++) {
      accept(facts().tenant(late));
    }
    assertThat(take(10)).filteredOn(job -> job.stored().job().tenant().equals(late)).hasSize(5);
  }

  @Test
  void aJobIsNotTakenBeforeItsTime() {
    accept(job("hello"));
    get(store.release(take(1).getFirst().lease(), time.instant().plusSeconds(10)));
    assertThat(take(1)).isEmpty();
    time.advance(Duration.ofSeconds(10));
    assertThat(take(1)).hasSize(1);
  }

  @Test
  void anExpiredJobIsNotTakenEvenBeforeASweep() {
    accept(facts().expiresIn(Duration.ofSeconds(10)));
    time.advance(Duration.ofSeconds(10));
    assertThat(take(1)).isEmpty();
  }

  @Test
  void severalProcessesNeverHaveTheSameJob() {
    JobStore other = openWith(StoreLimits.DEFAULTS);
    for (int i = 0; i < 200; i++) {
      accept(job("job " + i));
    }
    List<CompletableFuture<List<TakenJob>>> takes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      takes.add(store.take(new Take(ROUTE, 7, "here", LEASE)));
      takes.add(other.take(new Take(ROUTE, 7, "there", LEASE)));
    }
    List<JobId> ids = new ArrayList<>();
    takes.forEach(taken -> ids.addAll(ids(get(taken))));
    for (List<TakenJob> more = take(50); !more.isEmpty(); more = take(50)) {
      ids.addAll(ids(more));
    }
    assertThat(ids).hasSize(200).doesNotHaveDuplicates();
  }

  // Ending

  @Test
  void aCompletedJobHasItsResultByteForByte() {
    NewJob job = accept(job("hello"));
    byte[] body = new byte[50_000];
    random.nextBytes(body);
    JobResult result =
        new JobResult(200, List.of(new Header("x-forebay-answer", "primary")), Content.of(body));
    assertThat(get(store.result(job.job().id()))).isEmpty();
    assertThat(get(store.complete(take(1).getFirst().lease(), result))).isTrue();
    assertThat(get(store.result(job.job().id()))).contains(result);
    assertThat(find(job.job().id()).state()).isEqualTo(new JobState.Done(time.instant()));
  }

  @Test
  void aResultIsStoredOnce() {
    NewJob job = accept(job("hello"));
    Lease lease = take(1).getFirst().lease();
    assertThat(get(store.complete(lease, result("first")))).isTrue();
    assertThat(get(store.complete(lease, result("second")))).isFalse();
    assertThat(get(store.result(job.job().id()))).contains(result("first"));
  }

  @Test
  void aLeaseThatIsNotRenewedHandsOver() {
    NewJob job = accept(job("hello"));
    Lease old = take(1).getFirst().lease();
    time.advance(LEASE);
    assertThat(get(store.sweep())).isEqualTo(new Swept(0, 1, false));
    Lease next = get(store.take(new Take(ROUTE, 1, "there", LEASE))).getFirst().lease();
    assertThat(get(store.complete(old, result("old")))).isFalse();
    assertThat(get(store.renew(old, LEASE))).isFalse();
    assertThat(get(store.release(old, time.instant()))).isFalse();
    assertThat(get(store.fail(old, failure("old")))).isFalse();
    assertThat(get(store.complete(next, result("next")))).isTrue();
    assertThat(get(store.result(job.job().id()))).contains(result("next"));
    assertThat(find(job.job().id()).attempts()).isZero();
  }

  @Test
  void aLeaseOfTheSameOwnerIsNotItsEarlierOne() {
    accept(job("hello"));
    Lease old = take(1).getFirst().lease();
    time.advance(LEASE);
    get(store.sweep());
    Lease next = take(1).getFirst().lease();
    assertThat(next.owner()).isEqualTo(old.owner());
    assertThat(get(store.complete(old, result("old")))).isFalse();
    assertThat(get(store.complete(next, result("next")))).isTrue();
  }

  @Test
  void aRenewedLeaseIsKept() {
    accept(job("hello"));
    Lease lease = take(1).getFirst().lease();
    time.advance(Duration.ofSeconds(20));
    assertThat(get(store.renew(lease, LEASE))).isTrue();
    time.advance(Duration.ofSeconds(20));
    assertThat(get(store.sweep())).isEqualTo(new Swept(0, 0, false));
    assertThat(get(store.complete(lease, result("done")))).isTrue();
  }

  @Test
  void aReleaseCountsNoAttempt() {
    NewJob job = accept(job("hello"));
    for (int i = 0; i < 20; i++) {
      assertThat(get(store.release(take(1).getFirst().lease(), time.instant()))).isTrue();
    }
    assertThat(find(job.job().id()).attempts()).isZero();
    assertThat(find(job.job().id()).state().status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void aReleasedTenantIsNotChargedForWhatItDidNotGet() {
    Tenant other = new Tenant("other", 1);
    for (int i = 0; i < 20; i++) {
      accept(facts());
      accept(facts().tenant(other));
    }
    for (int i = 0; i < 10; i++) {
      TakenJob taken = take(1).getFirst();
      get(store.release(taken.lease(), time.instant()));
    }
    assertThat(take(10)).filteredOn(job -> job.stored().job().tenant().equals(other)).hasSize(5);
  }

  @Test
  void realFailuresMakeADeadLetterWithItsReason() {
    NewJob job = accept(job("hello"));
    for (int i = 1; i < 5; i++) {
      assertThat(get(store.fail(take(1).getFirst().lease(), failure("broke " + i)))).isTrue();
      assertThat(find(job.job().id()).attempts()).isEqualTo(i);
      assertThat(find(job.job().id()).state().status()).isEqualTo(JobStatus.QUEUED);
    }
    get(store.fail(take(1).getFirst().lease(), failure("broke at last")));
    assertThat(find(job.job().id()).state())
        .isEqualTo(new JobState.Failed("broke at last", time.instant()));
    assertThat(take(1)).isEmpty();
    assertThat(get(store.result(job.job().id()))).isEmpty();
  }

  @Test
  void aFailedAttemptWaitsForItsTime() {
    accept(job("hello"));
    Failure failure = new Failure("broke", 5, time.instant().plusSeconds(4), Optional.empty());
    get(store.fail(take(1).getFirst().lease(), failure));
    assertThat(take(1)).isEmpty();
    time.advance(Duration.ofSeconds(4));
    assertThat(take(1)).hasSize(1);
  }

  @Test
  void aDeadLetterKeepsWhatTheModelSaid() {
    NewJob job = accept(job("hello"));
    JobResult answer = new JobResult(400, List.of(), Content.of(new byte[] {1, 2}));
    get(
        store.fail(
            take(1).getFirst().lease(),
            new Failure("ValidationException", 1, time.instant(), Optional.of(answer))));
    assertThat(find(job.job().id()).state().status()).isEqualTo(JobStatus.FAILED);
    assertThat(get(store.result(job.job().id()))).contains(answer);
  }

  @Test
  void aRedrivenJobHasAllItsAttemptsAgain() {
    NewJob job = accept(job("hello"));
    JobResult answer = new JobResult(400, List.of(), Content.of(new byte[] {1, 2}));
    get(
        store.fail(
            take(1).getFirst().lease(),
            new Failure("broke", 1, time.instant(), Optional.of(answer))));
    Instant expires = time.instant().plus(Duration.ofDays(2));
    StoredJob again = get(store.redrive(job.job().id(), expires));
    assertThat(again).isEqualTo(find(job.job().id()));
    assertThat(again.attempts()).isZero();
    assertThat(again.job().expires()).isEqualTo(expires);
    TakenJob taken = take(1).getFirst();
    assertThat(taken.request()).isEqualTo(job.request());
    assertThat(get(store.complete(taken.lease(), result("at last")))).isTrue();
    assertThat(get(store.result(job.job().id()))).contains(result("at last"));
  }

  @Test
  void onlyADeadLetterIsRedriven() {
    NewJob job = accept(job("hello"));
    Instant expires = time.instant().plusSeconds(60);
    assertThatThrownBy(() -> get(store.redrive(job.job().id(), expires)))
        .isInstanceOf(JobException.WrongState.class)
        .hasMessageContaining("is queued; only a failed one");
    assertThatThrownBy(() -> get(store.redrive(job.job().id(), time.instant())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCancelledJobNeverRuns() {
    NewJob job = accept(job("hello"));
    StoredJob cancelled = get(store.cancel(job.job().id()));
    assertThat(cancelled.state()).isEqualTo(new JobState.Cancelled(time.instant()));
    assertThat(cancelled).isEqualTo(find(job.job().id()));
    assertThat(take(1)).isEmpty();
    time.advance(Duration.ofMinutes(5));
    get(store.sweep());
    assertThat(take(1)).isEmpty();
    assertThat(get(store.cancel(job.job().id()))).isEqualTo(cancelled);
  }

  @Test
  void aRunningJobThatIsCancelledLosesItsLease() {
    NewJob job = accept(job("hello"));
    Lease lease = take(1).getFirst().lease();
    get(store.cancel(job.job().id()));
    assertThat(get(store.renew(lease, LEASE))).isFalse();
    assertThat(get(store.complete(lease, result("too late")))).isFalse();
    assertThat(get(store.result(job.job().id()))).isEmpty();
  }

  @Test
  void whatHasEndedCannotBeCancelled() {
    NewJob job = accept(job("hello"));
    get(store.complete(take(1).getFirst().lease(), result("done")));
    assertThatThrownBy(() -> get(store.cancel(job.job().id())))
        .isInstanceOf(JobException.WrongState.class)
        .hasMessageContaining("is done already");
  }

  @Test
  void anUnknownJobIsSaidToBeUnknown() {
    JobId unknown = id();
    assertThat(get(store.find(unknown))).isEmpty();
    assertThat(get(store.result(unknown))).isEmpty();
    assertThatThrownBy(() -> get(store.cancel(unknown)))
        .isInstanceOf(JobException.Unknown.class)
        .hasMessageContaining(unknown.text());
    assertThatThrownBy(() -> get(store.redrive(unknown, time.instant().plusSeconds(1))))
        .isInstanceOf(JobException.Unknown.class);
  }

  @Test
  void aWaitingJobExpires() {
    NewJob soon = accept(facts().expiresIn(Duration.ofSeconds(10)));
    NewJob later = accept(facts().expiresIn(Duration.ofSeconds(11)));
    time.advance(Duration.ofSeconds(10));
    assertThat(get(store.sweep())).isEqualTo(new Swept(1, 0, false));
    assertThat(find(soon.job().id()).state()).isEqualTo(new JobState.Expired(time.instant()));
    assertThat(find(later.job().id()).state().status()).isEqualTo(JobStatus.QUEUED);
  }

  @Test
  void aJobThatExpiresWhileItsOwnerIsDeadDoesNotRunAgain() {
    NewJob job = accept(facts().expiresIn(Duration.ofSeconds(10)));
    take(1);
    time.advance(LEASE);
    assertThat(get(store.sweep())).isEqualTo(new Swept(1, 0, false));
    assertThat(find(job.job().id()).state().status()).isEqualTo(JobStatus.EXPIRED);
  }

  @Test
  void aSweepDoesABoundedPartAndSaysSo() {
    List<CompletableFuture<Accepted>> all = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      all.add(
          store.enqueue(
              new NewJob(
                  facts().expiresIn(Duration.ofSeconds(1)).job(), request("x"), Optional.empty())));
    }
    all.forEach(JobStoreKit::get);
    time.advance(Duration.ofSeconds(1));
    Swept first = get(store.sweep());
    assertThat(first.more()).isTrue();
    Swept second = get(store.sweep());
    assertThat(second.more()).isFalse();
    assertThat(first.expired() + second.expired()).isEqualTo(700);
    assertThat(get(store.stats()).count(JobStatus.EXPIRED)).isEqualTo(700);
  }

  @Test
  void oldEndedJobsAreForgottenAndOthersStay() {
    NewJob waiting = accept(job("waiting"));
    get(store.cancel(accept(job("cancelled")).job().id()));
    NewJob old = accept(facts().expiresIn(Duration.ofMinutes(1)));
    get(store.complete(take(1).getFirst().lease(), result("old")));
    time.advance(Duration.ofHours(2));
    NewJob fresh = accept(facts().expiresIn(Duration.ofMinutes(1)));
    get(store.complete(take(1).getFirst().lease(), result("fresh")));
    assertThat(get(store.forget(time.instant().minus(Duration.ofHours(1))))).isEqualTo(2);
    assertThat(get(store.find(old.job().id()))).isEmpty();
    assertThat(get(store.result(old.job().id()))).isEmpty();
    assertThat(get(store.result(fresh.job().id()))).contains(result("fresh"));
    assertThat(find(waiting.job().id()).state().status()).isEqualTo(JobStatus.QUEUED);
    assertThat(get(store.stats()).total()).isEqualTo(2);
  }

  // Looking

  @Test
  void aListHasTheNewestFirstAndGoesOnWhereItStopped() {
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      ids.add(accept(job("job " + i)).job().id());
      time.advance(Duration.ofMillis(1));
    }
    Collections.reverse(ids);
    List<JobId> listed = new ArrayList<>();
    Optional<JobId> cursor = Optional.empty();
    do {
      JobPage page = get(store.list(query(Optional.empty(), Optional.empty(), cursor)));
      page.jobs().forEach(job -> listed.add(job.id()));
      cursor = page.next();
      // What comes meanwhile is newer, and moves nothing.
      accept(job("meanwhile"));
    } while (cursor.isPresent());
    assertThat(listed).isEqualTo(ids);
  }

  @Test
  void aListHasAJobOnceWhileItGoesFromStateToState() {
    JobId id = accept(facts()).job().id();
    JobQuery all = query(Optional.empty(), Optional.of(WEB.name()), Optional.empty());
    List<CompletableFuture<JobPage>> pages = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      pages.add(store.list(all));
      TakenJob taken = take(1).getFirst();
      pages.add(store.list(all));
      get(store.release(taken.lease(), time.instant()));
    }
    assertThat(pages)
        .allSatisfy(
            page -> assertThat(get(page).jobs()).extracting(StoredJob::id).containsExactly(id));
  }

  @Test
  void aListCanBeOfOneStateAndOneTenant() {
    JobId mine = accept(facts()).job().id();
    JobId theirs = accept(facts().tenant(new Tenant("batch", 1))).job().id();
    time.advance(Duration.ofMillis(1));
    JobId cancelled = accept(facts()).job().id();
    get(store.cancel(cancelled));
    assertThat(listed(Optional.of(JobStatus.QUEUED), Optional.empty()))
        .containsExactlyInAnyOrder(mine, theirs);
    assertThat(listed(Optional.empty(), Optional.of("web"))).containsExactly(cancelled, mine);
    assertThat(listed(Optional.of(JobStatus.CANCELLED), Optional.of("web")))
        .containsExactly(cancelled);
    assertThat(listed(Optional.of(JobStatus.CANCELLED), Optional.of("batch"))).isEmpty();
  }

  @Test
  void theBacklogCountsWhatWaitsByClass() {
    accept(facts().priority(Priority.BATCH).tokens(500));
    accept(facts().priority(Priority.BATCH).tokens(700));
    accept(facts().priority(Priority.INTERACTIVE).tokens(100));
    accept(facts().route("nova"));
    Backlog backlog = get(store.backlog(ROUTE));
    assertThat(backlog.classes())
        .containsOnly(
            Map.entry(Priority.BATCH, new Backlog.Waiting(2, 1_200)),
            Map.entry(Priority.INTERACTIVE, new Backlog.Waiting(1, 100)));
    take(1);
    assertThat(get(store.backlog(ROUTE)).classes()).containsOnlyKeys(Priority.BATCH);
  }

  @Test
  void theSumsAreThoseOfTheJobsWhateverHappensToThem() {
    for (int i = 0; i < 400; i++) {
      act(random.nextInt(10));
      time.advance(Duration.ofSeconds(random.nextInt(4)));
    }
    StoreStats stats = get(store.stats());
    Map<JobStatus, Long> counted = new EnumMap<>(JobStatus.class);
    long bytes = 0;
    long waitingTokens = 0;
    Optional<JobId> cursor = Optional.empty();
    do {
      JobPage page = get(store.list(query(Optional.empty(), Optional.empty(), cursor)));
      for (StoredJob job : page.jobs()) {
        counted.merge(job.state().status(), 1L, Long::sum);
        bytes += job.bytes();
        waitingTokens += job.state().status() == JobStatus.QUEUED ? job.job().expectedTokens() : 0;
      }
      cursor = page.next();
    } while (cursor.isPresent());
    for (JobStatus status : JobStatus.values()) {
      assertThat(stats.count(status))
          .as(status.label())
          .isEqualTo(counted.getOrDefault(status, 0L));
    }
    assertThat(counted).hasSize(6);
    assertThat(stats.bytes()).isEqualTo(bytes);
    assertThat(
            get(store.backlog(ROUTE)).classes().values().stream()
                .mapToLong(Backlog.Waiting::tokens)
                .sum())
        .isEqualTo(waitingTokens);
  }

  private void act(int what) {
    List<TakenJob> taken = what < 4 ? List.of() : take(1);
    switch (what) {
      case 0, 1, 2 ->
          accept(
              facts()
                  .tokens(1 + random.nextInt(500))
                  .priority(random.nextBoolean() ? Priority.BATCH : Priority.STANDARD)
                  .expiresIn(Duration.ofSeconds(1 + random.nextInt(300))));
      case 3 -> {
        List<StoredJob> queued =
            get(store.list(
                    query(Optional.of(JobStatus.QUEUED), Optional.empty(), Optional.empty())))
                .jobs();
        if (!queued.isEmpty() && random.nextInt(3) == 0) {
          get(store.cancel(queued.getLast().id()));
        }
      }
      case 4, 5 -> taken.forEach(job -> get(store.complete(job.lease(), result("answer"))));
      case 6 -> taken.forEach(job -> get(store.release(job.lease(), time.instant())));
      case 7 ->
          taken.forEach(
              job ->
                  get(
                      store.fail(
                          job.lease(),
                          new Failure(
                              "broke", 2, time.instant(), Optional.of(result("a failure"))))));
      case 8 -> get(store.sweep());
      default -> {
        List<StoredJob> dead =
            get(store.list(
                    query(Optional.of(JobStatus.FAILED), Optional.empty(), Optional.empty())))
                .jobs();
        if (!dead.isEmpty() && random.nextInt(3) == 0) {
          get(store.redrive(dead.getFirst().id(), time.instant().plusSeconds(100)));
        }
      }
    }
  }

  @Test
  void theOldestWaitingJobIsKnown() {
    assertThat(get(store.stats()).oldestQueued()).isEmpty();
    NewJob first = accept(job("first"));
    time.advance(Duration.ofSeconds(5));
    accept(job("second"));
    assertThat(get(store.stats()).oldestQueued()).contains(first.job().created());
  }

  // Callbacks

  @Test
  void aJobThatEndsHasItsCallbackMadeUntilItIsSettled() {
    NewJob job = accept(facts().callback("https://hooks.example/done"));
    accept(job("without a callback"));
    assertThat(due()).isEmpty();
    take(2).forEach(taken -> get(store.complete(taken.lease(), result("done"))));
    DueCallback callback = due().getFirst();
    assertThat(callback.stored().id()).isEqualTo(job.job().id());
    assertThat(callback.stored().state().status()).isEqualTo(JobStatus.DONE);
    assertThat(callback.attempts()).isZero();
    assertThat(due()).isEmpty();
    get(store.retryCallback(job.job().id(), time.instant().plusSeconds(60)));
    time.advance(Duration.ofSeconds(59));
    assertThat(due()).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(due()).extracting(DueCallback::attempts).containsExactly(1);
    get(store.settleCallback(job.job().id()));
    time.advance(Duration.ofDays(1));
    assertThat(due()).isEmpty();
  }

  @Test
  void aCallbackWhoseSenderDiedIsMadeByAnother() {
    accept(facts().callback("https://hooks.example/done"));
    take(1).forEach(taken -> get(store.complete(taken.lease(), result("done"))));
    assertThat(due()).hasSize(1);
    time.advance(LEASE);
    assertThat(due()).hasSize(1);
  }

  @Test
  void everyEndHasItsCallback() {
    get(store.cancel(accept(facts().callback("https://hooks.example/1")).job().id()));
    accept(facts().callback("https://hooks.example/2"));
    get(
        store.fail(
            take(1).getFirst().lease(), new Failure("broke", 1, time.instant(), Optional.empty())));
    accept(facts().callback("https://hooks.example/3").expiresIn(Duration.ofSeconds(1)));
    time.advance(Duration.ofSeconds(1));
    get(store.sweep());
    assertThat(due())
        .extracting(callback -> callback.stored().state().status())
        .containsExactlyInAnyOrder(JobStatus.CANCELLED, JobStatus.FAILED, JobStatus.EXPIRED);
  }

  // After its time

  @Test
  void aClosedStoreRefuses() {
    JobStore other = openWith(StoreLimits.DEFAULTS);
    other.close();
    assertThatThrownBy(() -> get(other.enqueue(job("hello"))))
        .isInstanceOf(JobException.Unavailable.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> get(other.stats())).isInstanceOf(JobException.Unavailable.class);
  }

  @Test
  void whatWasAskedBeforeTheStoreClosesIsStillDone() {
    JobStore other = openWith(StoreLimits.DEFAULTS);
    List<CompletableFuture<Accepted>> asked = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      asked.add(other.enqueue(job("job " + i)));
    }
    other.close();
    assertThat(asked).allSatisfy(one -> assertThat(one).isCompleted());
    assertThat(get(store.stats()).count(JobStatus.QUEUED)).isEqualTo(500);
  }

  // What tests are made of

  /** A job of the route, in the making. */
  protected final Facts facts() {
    return new Facts();
  }

  /** The parts of a job that tests differ in. */
  protected final class Facts {
    private Tenant tenant = WEB;
    private String route = ROUTE;
    private Priority priority = Priority.STANDARD;
    private Duration expiresIn = Duration.ofHours(24);
    private long tokens = 1_000;
    private Optional<URI> callback = Optional.empty();

    Facts tenant(Tenant of) {
      tenant = of;
      return this;
    }

    Facts route(String to) {
      route = to;
      return this;
    }

    Facts priority(Priority given) {
      priority = given;
      return this;
    }

    Facts expiresIn(Duration time) {
      expiresIn = time;
      return this;
    }

    Facts tokens(long number) {
      tokens = number;
      return this;
    }

    Facts callback(String url) {
      callback = Optional.of(URI.create(url));
      return this;
    }

    /** The job as it is by now. */
    public Job job() {
      Instant now = time.instant();
      return new Job(
          id(),
          tenant,
          route,
          "converse",
          "anthropic.claude-sonnet-4-6",
          priority,
          now,
          now.plus(expiresIn),
          tokens,
          callback);
    }
  }

  private JobId id() {
    return JobId.next(time.instant(), random);
  }

  private NewJob job(String body) {
    return new NewJob(facts().job(), request(body), Optional.empty());
  }

  private NewJob keyed(String body, String key) {
    return new NewJob(facts().job(), request(body), Optional.of(key));
  }

  private static JobRequest request(String body) {
    return new JobRequest(
        List.of(new Header("content-type", "application/json")),
        Content.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static JobResult result(String body) {
    return new JobResult(200, List.of(), Content.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  private Failure failure(String reason) {
    return new Failure(reason, 5, time.instant(), Optional.empty());
  }

  private NewJob accept(Facts facts) {
    return accept(new NewJob(facts.job(), request("x"), Optional.empty()));
  }

  private NewJob accept(NewJob job) {
    assertThat(get(store.enqueue(job)).created()).isTrue();
    return job;
  }

  private List<TakenJob> take(int max) {
    return get(store.take(new Take(ROUTE, max, "here", LEASE)));
  }

  private StoredJob find(JobId id) {
    return get(store.find(id)).orElseThrow();
  }

  private List<DueCallback> due() {
    return get(store.dueCallbacks(10, LEASE));
  }

  private static JobQuery query(
      Optional<JobStatus> status, Optional<String> tenant, Optional<JobId> after) {
    return new JobQuery(status, tenant, 10, after);
  }

  private List<JobId> listed(Optional<JobStatus> status, Optional<String> tenant) {
    return get(store.list(query(status, tenant, Optional.empty()))).jobs().stream()
        .map(StoredJob::id)
        .toList();
  }

  private static List<JobId> ids(List<TakenJob> taken) {
    return taken.stream().map(job -> job.stored().id()).toList();
  }

  /** The future's value; a store that hangs fails the test. */
  protected static <T> T get(CompletableFuture<T> future) {
    try {
      return future.orTimeout(30, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof TimeoutException timeout) {
        throw new AssertionError("the store did not answer within 30 s", timeout);
      }
      throw e;
    }
  }
}
