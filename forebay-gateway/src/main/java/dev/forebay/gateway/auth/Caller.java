package dev.forebay.gateway.auth;

import dev.forebay.config.AuthConfig;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import dev.forebay.core.admission.CallerRateLimit;
import java.util.List;
import java.util.OptionalLong;

/**
 * The caller of a request, and what it may ask for.
 *
 * @param maxPriority the most urgent class of its calls
 * @param routes the routes it may use; {@code "*"} is all of them
 * @param admin whether it may see the operator's pages
 */
public record Caller(
    Tenant tenant,
    Priority maxPriority,
    List<String> routes,
    boolean admin,
    CallerRateLimit rateLimit) {
  /** Any caller, where no key is needed. */
  public static final Caller ANYONE =
      new Caller(
          Tenant.ANYONE,
          Priority.INTERACTIVE,
          List.of(GatewayConfig.ANY_MODEL),
          true,
          new CallerRateLimit(CallerRateLimit.UNLIMITED, CallerRateLimit.UNLIMITED, 0));

  public Caller {
    routes = List.copyOf(routes);
  }

  static Caller of(AuthConfig.Key key, CallerRateLimit rateLimit) {
    return new Caller(
        new Tenant(key.name(), key.weight()), key.priority(), key.routes(), key.admin(), rateLimit);
  }

  static CallerRateLimit rateLimitOf(AuthConfig.Key key, long nowNanos) {
    return new CallerRateLimit(
        orUnlimited(key.requestsPerMinute()), orUnlimited(key.tokensPerMinute()), nowNanos);
  }

  private static long orUnlimited(OptionalLong perMinute) {
    return perMinute.orElse(CallerRateLimit.UNLIMITED);
  }

  public String name() {
    return tenant.name();
  }

  public boolean mayUse(String route) {
    return routes.contains(GatewayConfig.ANY_MODEL) || routes.contains(route);
  }

  /** The class that a call gets which asks for this one. */
  public Priority atMost(Priority asked) {
    return asked.compareTo(maxPriority) < 0 ? maxPriority : asked;
  }
}
