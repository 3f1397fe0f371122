package dev.forebay.simulator.report;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The result of a report in a sentence or two, for readers in a hurry. */
public final class Findings {
  private static final String FOREBAY = "forebay";

  private Findings() {}

  /**
   * How Forebay did in the first section, beside the other policy that answered most; empty if
   * there is nothing to compare.
   */
  public static Optional<String> of(Report report) {
    if (report.sections().isEmpty()) {
      return Optional.empty();
    }
    Section section = report.sections().getFirst();
    Optional<PolicyResult> ours = section.policy(FOREBAY);
    Optional<PolicyResult> best =
        section.policies().stream()
            .filter(policy -> !policy.name().equals(FOREBAY))
            .max(Comparator.comparingLong(policy -> policy.counts().answered()));
    if (ours.isEmpty() || best.isEmpty()) {
      return Optional.empty();
    }
    Counts mine = ours.get().counts();
    Counts other = best.get().counts();
    StringBuilder text = new StringBuilder("Forebay answered ");
    text.append(percent(mine.answeredShare())).append(" of the calls");
    section
        .bound()
        .filter(bound -> bound.calls() > 0 && bound.calls() < 0.995 * bound.offeredCalls())
        .ifPresent(
            bound ->
                text.append(", ")
                    .append(percent(Math.min(1, mine.answered() / bound.calls())))
                    .append(" of what the quotas allowed"));
    if (mine.queued() > 0) {
      text.append(", and ")
          .append(percent((double) mine.queued() / Math.max(1, mine.calls())))
          .append(" later, from its queue");
    }
    text.append(". ")
        .append(best.get().name())
        .append(" answered ")
        .append(percent(other.answeredShare()))
        .append(throttles(mine.throttled(), other.throttled()))
        .append('.');
    return Optional.of(text.toString());
  }

  private static String throttles(long mine, long others) {
    if (others == 0) {
      return "";
    }
    if (mine == 0) {
      return String.format(Locale.ROOT, " and was throttled %d times, Forebay never", others);
    }
    double times = (double) others / mine;
    return times >= 1.5
        ? String.format(Locale.ROOT, " and was throttled %.0f times as often", times)
        : "";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}
