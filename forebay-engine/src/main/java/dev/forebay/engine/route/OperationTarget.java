package dev.forebay.engine.route;

import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Tier;
import java.util.List;

/**
 * A target as the policies know it for an operation that has quotas and faults of its own there: a
 * circuit, a cooldown, a quota and all that is learned apart from the model's. It is named like the
 * target with the operation behind it, such as {@code sonnet/count-tokens}, in metrics and in
 * {@code /api/status} too.
 */
public final class OperationTarget {
  public static final String COUNT_TOKENS = "count-tokens";
  public static final String GUARDRAILS = "guardrails";
  public static final String ASYNC_INVOKE = "async-invoke";

  /** Those that Forebay does not know. */
  public static final String OTHERS = "others";

  /** All such operations. */
  public static final List<String> OPERATIONS =
      List.of(COUNT_TOKENS, GUARDRAILS, ASYNC_INVOKE, OTHERS);

  private OperationTarget() {}

  public static Target of(Target target, String operation) {
    return new Target(name(target.name(), operation), target.timeouts());
  }

  /** The same route with all its targets as the operation's. */
  public static Route of(Route route, String operation) {
    return route.withTiers(
        route.tiers().stream()
            .map(
                tier ->
                    new Tier(tier.targets().stream().map(target -> of(target, operation)).toList()))
            .toList());
  }

  public static String name(String target, String operation) {
    return target + '/' + operation;
  }

  /** The name of the target itself. */
  public static String target(String name, String operation) {
    String suffix = '/' + operation;
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
  }
}
