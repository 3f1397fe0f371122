package dev.forebay.core.journey;

import dev.forebay.core.Eligibility;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a route that can serve one call: its tiers without the targets that are not eligible,
 * and without the tiers that have no other.
 */
final class EligibleRoute {
  /** So many objections show what is wrong with the call. */
  private static final int MAX_NAMED = 5;

  private final Route route;

  /** Each tier's place in the whole route. */
  private final List<Integer> places;

  private final String note;

  private EligibleRoute(Route route, List<Integer> places, String note) {
    this.route = route;
    this.places = places;
    this.note = note;
  }

  /** Null if it is the whole route. */
  static @Nullable EligibleRoute of(Route route, Eligibility eligibility) {
    return isWhole(route, eligibility) ? null : part(route, eligibility);
  }

  /** Asked first, since it is so for most calls and costs nothing then. */
  private static boolean isWhole(Route route, Eligibility eligibility) {
    if (eligibility.equals(Eligibility.ALL)) {
      return true;
    }
    for (Tier tier : route.tiers()) {
      for (Target target : tier.targets()) {
        if (eligibility.objection(target) != null) {
          return false;
        }
      }
    }
    return true;
  }

  private static EligibleRoute part(Route route, Eligibility eligibility) {
    List<Tier> tiers = new ArrayList<>(route.tiers().size());
    List<Integer> places = new ArrayList<>(route.tiers().size());
    List<String> objections = new ArrayList<>(0);
    for (int i = 0; i < route.tiers().size(); i++) {
      Tier left = without(route.tiers().get(i), eligibility, objections);
      if (left != null) {
        tiers.add(left);
        places.add(i);
      }
    }
    Route reachable = tiers.isEmpty() ? route : route.withTiers(tiers);
    return new EligibleRoute(reachable, places, named(objections));
  }

  /** What can be reached; the whole route if {@link #isEmpty()}. */
  Route route() {
    return route;
  }

  /** Whether no target at all can serve the call. */
  boolean isEmpty() {
    return places.isEmpty();
  }

  /** The place in the whole route of a tier that can be reached. */
  int place(int tier) {
    return places.get(tier);
  }

  /** The targets left out, each with the reason. */
  String note() {
    return note;
  }

  /** The tier without those that cannot serve the call, null if nothing is left. */
  private static @Nullable Tier without(
      Tier tier, Eligibility eligibility, List<String> objections) {
    List<Target> left = new ArrayList<>(tier.targets().size());
    for (Target target : tier.targets()) {
      String objection = eligibility.objection(target);
      if (objection == null) {
        left.add(target);
      } else {
        objections.add("%s %s".formatted(target.name(), objection));
      }
    }
    if (left.size() == tier.targets().size()) {
      return tier;
    }
    return left.isEmpty() ? null : new Tier(left);
  }

  private static String named(List<String> objections) {
    String named = String.join("; ", objections.subList(0, Math.min(MAX_NAMED, objections.size())));
    int more = objections.size() - MAX_NAMED;
    return more > 0 ? named + "; and " + more + " more cannot" : named;
  }
}
