package dev.forebay.jobs.sql;

import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobState;
import dev.forebay.jobs.JobState.Cancelled;
import dev.forebay.jobs.JobState.Done;
import dev.forebay.jobs.JobState.Expired;
import dev.forebay.jobs.JobState.Failed;
import dev.forebay.jobs.JobState.Queued;
import dev.forebay.jobs.JobState.Running;
import dev.forebay.jobs.JobStore.Failure;
import dev.forebay.jobs.Lease;
import dev.forebay.jobs.StoredJob;
import java.sql.SQLException;
import java.time.Instant;

/** Moves one job from state to state, with all that hangs on it. */
final class Transitions {
  private Transitions() {}

  static boolean renew(Tx tx, Lease lease, Instant until) throws SQLException {
    return Sql.update(
            tx.connection(),
            """
            UPDATE job SET lease_until = ?
            WHERE id = ? AND state = 'running' AND lease_owner = ? AND takes = ?
            """,
            until.toEpochMilli(),
            lease.job().text(),
            lease.owner(),
            lease.number())
        == 1;
  }

  static boolean complete(Tx tx, Lease lease, JobResult result) throws SQLException {
    return whileHeld(
        tx,
        lease,
        (job, running) -> {
          Payloads.addResult(tx, job.id(), result);
          end(tx, job, job.in(running.complete(tx.now())).withBytes(Payloads.size(result)), false);
        });
  }

  static boolean release(Tx tx, Lease lease, Instant notBefore) throws SQLException {
    return whileHeld(
        tx,
        lease,
        (job, running) -> {
          JobRows.update(tx, job, job.in(running.release(notBefore)));
          tx.delta().served(job.job(), -job.job().expectedTokens());
        });
  }

  static boolean fail(Tx tx, Lease lease, Failure failure) throws SQLException {
    return whileHeld(
        tx,
        lease,
        (job, running) -> {
          StoredJob counted = job.withAttempts(job.attempts() + 1);
          if (counted.attempts() < failure.maxAttempts()) {
            JobRows.update(tx, job, counted.in(running.release(failure.retryAt())));
            return;
          }
          long bytes = job.bytes();
          if (failure.answer().isPresent()) {
            Payloads.addResult(tx, job.id(), failure.answer().get());
            bytes += Payloads.size(failure.answer().get());
          }
          end(tx, job, counted.in(running.fail(failure.reason(), tx.now())).withBytes(bytes), true);
        });
  }

  static StoredJob cancel(Tx tx, JobId id) throws SQLException {
    StoredJob job = known(tx, id);
    JobState cancelled =
        switch (job.state()) {
          case Queued queued -> queued.cancel(tx.now());
          case Running running -> running.cancel(tx.now());
          case Cancelled already -> already;
          case Done done -> throw hasEnded(job);
          case Failed failed -> throw hasEnded(job);
          case Expired expired -> throw hasEnded(job);
        };
    if (cancelled.equals(job.state())) {
      return job;
    }
    StoredJob after = job.in(cancelled).withBytes(0);
    end(tx, job, after, false);
    return after;
  }

  static StoredJob redrive(Tx tx, JobId id, Instant expires) throws SQLException {
    StoredJob job = known(tx, id);
    if (!(job.state() instanceof Failed failed)) {
      throw new JobException.WrongState(
          "job "
              + id
              + " is "
              + job.state().status().label()
              + "; only a failed one can be redriven");
    }
    StoredJob after =
        job.in(failed.redrive(tx.now()))
            .expiring(expires)
            .withAttempts(0)
            .withBytes(job.bytes() - Payloads.dropResult(tx, id));
    CallbackRows.drop(tx, id);
    JobRows.update(tx, job, after);
    return after;
  }

  /** Removes a job whose caller was refused; one that a worker has taken is cancelled. */
  static void withdraw(Tx tx, JobId id) throws SQLException {
    StoredJob job = JobRows.lock(tx, id).orElse(null);
    if (job == null) {
      return;
    }
    if (job.state() instanceof Running running) {
      end(tx, job, job.in(running.cancel(tx.now())).withBytes(0), false);
    } else if (job.state() instanceof Queued) {
      forget(tx, job);
    }
  }

  /** Removes a job and all that hangs on it. */
  static void forget(Tx tx, StoredJob job) throws SQLException {
    Payloads.dropRequest(tx, job.id());
    Payloads.dropResult(tx, job.id());
    CallbackRows.drop(tx, job.id());
    Sql.update(tx.connection(), "DELETE FROM job WHERE id = ?", job.id().text());
    tx.delta().moved(job, null);
  }

  static void expire(Tx tx, StoredJob job, Expired expired) throws SQLException {
    end(tx, job, job.in(expired).withBytes(0), false);
  }

  private static void end(Tx tx, StoredJob before, StoredJob after, boolean mayRunAgain)
      throws SQLException {
    if (!mayRunAgain) {
      Payloads.dropRequest(tx, before.id());
    }
    JobRows.update(tx, before, after);
    if (after.job().callback().isPresent()) {
      CallbackRows.add(tx, after.id());
    }
  }

  private static JobException hasEnded(StoredJob job) {
    return new JobException.WrongState(
        "job " + job.id() + " is " + job.state().status().label() + " already");
  }

  private static StoredJob known(Tx tx, JobId id) throws SQLException {
    return JobRows.lock(tx, id).orElseThrow(() -> new JobException.Unknown(id));
  }

  private interface Change {
    void make(StoredJob job, Running running) throws SQLException;
  }

  private static boolean whileHeld(Tx tx, Lease lease, Change change) throws SQLException {
    StoredJob job = JobRows.lock(tx, lease.job()).orElse(null);
    if (job == null
        || !(job.state() instanceof Running running)
        || !running.lease().equals(lease)) {
      return false;
    }
    change.make(job, running);
    return true;
  }
}
