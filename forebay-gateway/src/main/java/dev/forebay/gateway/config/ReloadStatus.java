package dev.forebay.gateway.config;

import java.time.Instant;
import java.util.List;

/**
 * What an operator wants to know of the configuration: which one is in force, and whether the file
 * says something else.
 *
 * @param since when the one in force was loaded
 * @param reloads how many were loaded after the first
 * @param refused what is wrong with the file as it is now; empty if it is in force
 * @param afterRestart the keys whose values in the file take effect at the next start
 */
public record ReloadStatus(
    Instant since, int reloads, List<String> refused, List<String> afterRestart) {
  public ReloadStatus {
    refused = List.copyOf(refused);
    afterRestart = List.copyOf(afterRestart);
  }

  public static ReloadStatus atStart(Instant now) {
    return new ReloadStatus(now, 0, List.of(), List.of());
  }

  public ReloadStatus reloaded(List<String> untilRestart, Instant now) {
    return new ReloadStatus(now, reloads + 1, List.of(), untilRestart);
  }

  public ReloadStatus refused(List<String> problems) {
    return new ReloadStatus(since, reloads, problems, afterRestart);
  }
}
