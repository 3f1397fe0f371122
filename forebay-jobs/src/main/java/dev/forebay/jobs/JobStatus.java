package dev.forebay.jobs;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The name of a job's state. */
public enum JobStatus {
  QUEUED,
  RUNNING,
  DONE,
  FAILED,
  EXPIRED,
  CANCELLED;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The name in answers, queries and metrics: lower case. */
  public String label() {
    return label;
  }

  /** Whether nothing happens to such a job any more by itself. */
  public boolean isFinal() {
    return this != QUEUED && this != RUNNING;
  }

  /** The state of that label, if there is one. */
  public static Optional<JobStatus> of(String label) {
    return Arrays.stream(values()).filter(status -> status.label.equals(label)).findFirst();
  }
}
