package dev.forebay.core;

/**
 * One place that can answer: account, region, model or inference profile, endpoint. Policies know
 * it by its name alone; how it is reached is the driver's business.
 *
 * @param name unique within a configuration
 */
public record Target(String name, Timeouts timeouts, TargetQuota quota) {
  public Target {
    Checks.check(!name.isBlank(), "target name", "must not be blank", name);
  }

  /** A target whose quota is not known. */
  public Target(String name, Timeouts timeouts) {
    this(name, timeouts, TargetQuota.UNKNOWN);
  }
}
