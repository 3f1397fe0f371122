package dev.forebay.core;

/**
 * On whose behalf a call is made. Tenants share a target's capacity by their weights while more is
 * asked for than there is.
 *
 * @param weight above 0: a tenant of weight 2 gets twice the tokens of one of weight 1
 */
public record Tenant(String name, double weight) {
  /** Callers that are not told apart. */
  public static final Tenant ANYONE = new Tenant("", 1);

  public Tenant {
    Checks.check(weight > 0 && weight < 1e9, "weight", "must be above 0 and below 1e9", weight);
  }
}
