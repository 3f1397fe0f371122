package dev.forebay.jobs.sql;

import dev.forebay.jobs.JobException;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.OptionalLong;

/** Opens stores by their URL. */
public final class JobStores {
  private static final String SQLITE = "sqlite:";

  private JobStores() {}

  /**
   * Opens a store and brings its tables up to date. Blocks until that is done.
   *
   * @param url {@code sqlite:FILE}, or {@code postgres://USER:PASSWORD@HOST:PORT/DATABASE}
   * @param clock the time of day; processes that share a store must agree on it to a fraction of a
   *     lease
   * @throws JobException.Unavailable if it cannot be used, saying why
   * @throws IllegalArgumentException if the URL is none of a store
   */
  public static JobStore open(String url, StoreLimits limits, InstantSource clock) {
    if (url.startsWith(SQLITE) && url.length() > SQLITE.length()) {
      Path file = Path.of(url.substring(SQLITE.length()));
      return SqliteJobStore.open(file, limits, clock, OptionalLong.empty());
    }
    if (url.startsWith("postgres://") || url.startsWith("postgresql://")) {
      return PostgresJobStore.open(url, limits, clock);
    }
    throw new IllegalArgumentException("a job store's address begins with sqlite: or postgres://");
  }
}
