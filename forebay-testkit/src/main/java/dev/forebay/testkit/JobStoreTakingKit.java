package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobState;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoredJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How every {@link JobStore} accepts jobs and hands them out. */
abstract class JobStoreTakingKit extends JobStoreFixture {
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
}
