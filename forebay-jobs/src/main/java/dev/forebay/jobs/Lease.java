package dev.forebay.jobs;

import dev.forebay.core.Checks;

/**
 * The right to work on a job and to store its result, for a while.
 *
 * @param owner the process that holds it
 * @param number how many times the job was taken: distinguishes a lease from an earlier one of the
 *     same owner
 */
public record Lease(JobId job, String owner, int number) {
  public Lease {
    Checks.check(!owner.isBlank(), "lease owner", "must not be blank", owner);
    Checks.check(number > 0, "lease number", "must be positive", number);
  }
}
