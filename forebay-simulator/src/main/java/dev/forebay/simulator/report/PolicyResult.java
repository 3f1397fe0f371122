package dev.forebay.simulator.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one policy achieved.
 *
 * @param about what it does, in a few words
 * @param goodput answered work as a part of what is possible; NaN if that is not known
 * @param goodputByCalls answered calls as a part of the most that are possible
 * @param inversions seconds in which an interactive call was refused and a batch call was let in
 * @param fleet what its gateways asked of the store that they share; null without one
 */
public record PolicyResult(
    String name,
    String about,
    Counts counts,
    double goodput,
    double goodputByCalls,
    int inversions,
    Waits waits,
    List<ClassResult> classes,
    List<TargetResult> targets,
    Series series,
    @Nullable FleetResult fleet) {
  public PolicyResult {
    classes = List.copyOf(classes);
    targets = List.copyOf(targets);
  }
}
