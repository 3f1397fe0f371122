package dev.forebay.core;

/**
 * Who a call is made for. Tenants that wait for the same capacity get it in proportion to their
 * weights, by model tokens.
 *
 * @param name identifies the tenant; one whose weight has changed is still the same
 * @param weight its share relative to others, 0.001 to 1,000; 1 by default
 */
public record Tenant(String name, double weight) {
  /** All calls that name no tenant. */
  public static final Tenant ANYONE = new Tenant("anyone", 1);

  public Tenant {
    Checks.check(!name.isBlank(), "tenant name", "must not be blank", name);
    Checks.check(
        weight >= 0.001 && weight <= 1_000,
        "tenant weight",
        "must be between 0.001 and 1,000",
        weight);
  }
}
