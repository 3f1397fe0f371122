package dev.forebay.core;

import java.util.HashSet;
import java.util.List;

/**
 * Targets that are equally good for a call: load is spread over them. At most 64, which lets a call
 * keep its knowledge of them in one word.
 */
public record Tier(List<Target> targets) {
  /** The most targets that one tier may have. */
  public static final int MAX_TARGETS = 64;

  public Tier {
    targets = List.copyOf(targets);
    Checks.check(!targets.isEmpty(), "targets", "must not be empty", targets);
    Checks.check(
        targets.size() <= MAX_TARGETS, "targets", "must be at most 64 in a tier", targets.size());
    Checks.check(
        new HashSet<>(targets).size() == targets.size(), "targets", "must be distinct", targets);
  }
}
