package dev.forebay.simulator.report;

import java.util.Locale;

/**
 * What gateways asked of the store that they share, while calls were counted.
 *
 * @param members how many there were at a time
 * @param begun how many began, the first ones included
 * @param operations what they asked
 * @param unanswered what they asked and got no answer to
 * @param seconds how long that was
 */
public record FleetResult(
    int members, long begun, long operations, long unanswered, double seconds) {

  /** In words, with what it is for. */
  static String line(PolicyResult policy) {
    FleetResult fleet = policy.fleet();
    TargetResult first = policy.targets().getFirst();
    if (fleet == null) {
      return "";
    }
    double perSecond = fleet.operations / Math.max(1, fleet.seconds);
    return String.format(
        Locale.ROOT,
        "%s, store: %.0f operations a second, %.2f a member, %.2f a call; %d unanswered;"
            + " %d members began; of %s used %s, over-asked %s",
        policy.name(),
        perSecond,
        perSecond / fleet.members,
        (double) fleet.operations / Math.max(1, policy.counts().calls()),
        fleet.unanswered,
        fleet.begun,
        first.name(),
        TextTable.percent(first.utilisation()),
        TextTable.percent(first.overAdmission()));
  }
}
