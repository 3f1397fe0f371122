package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Tenant;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobState;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.Accepted;
import dev.forebay.jobs.JobStore.Failure;
import dev.forebay.jobs.JobStore.Swept;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.Lease;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How jobs end in every {@link JobStore}. */
abstract class JobStoreEndingKit extends JobStoreTakingKit {
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
}
