package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Backlog;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobPage;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.JobStore.DueCallback;
import dev.forebay.jobs.JobStore.Failure;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.StoredJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What every {@link JobStore} does: this, and what its superclasses say. Extend it, and say how to
 * open an empty store.
 */
public abstract class JobStoreKit extends JobStoreEndingKit {
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
            Map.entry(Priority.BATCH, new Backlog.Queued(2, 1_200)),
            Map.entry(Priority.INTERACTIVE, new Backlog.Queued(1, 100)));
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
                .mapToLong(Backlog.Queued::tokens)
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
}
