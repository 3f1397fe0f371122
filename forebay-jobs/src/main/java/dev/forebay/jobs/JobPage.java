package dev.forebay.jobs;

import java.util.List;
import java.util.Optional;

/**
 * Part of a list.
 *
 * @param next where the next page begins; empty on the last one
 */
public record JobPage(List<StoredJob> jobs, Optional<JobId> next) {
  public JobPage {
    jobs = List.copyOf(jobs);
  }
}
