package dev.forebay.simulator;

import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.Timeouts;
import org.jspecify.annotations.Nullable;

/** What the core is told of a target, in its own terms. */
final class CoreBridge {
  private CoreBridge() {}

  /** A target with the quota that is told of, if any. */
  static Target target(String name, Timeouts timeouts, @Nullable QuotaModel told) {
    return new Target(name, timeouts);
  }

  /** The route as each of several gateways knows it: every quota by its part. */
  static Route share(Route route, int gateways) {
    return route;
  }
}
