package dev.forebay.gateway.live;

/**
 * What an alarm is about. The order is what callers suffer, most first: errors, then worse answers,
 * then waits; after these what explains them, and last what will hurt later.
 */
enum AlarmKind {
  /** Calls end with an error. */
  FAILING("failing"),
  /** Callers leave before they are answered. */
  CALLERS_LEAVE("callers-leave"),
  /** Every circuit of a route is open. */
  CUT_OFF("cut-off"),
  /** Calls get stale or canned answers. */
  DEGRADED("degraded"),
  /** The job store does not answer. */
  QUEUE_STORE("queue-store"),
  /** Calls are answered by another model than the one they ask for. */
  FALLBACK("fallback"),
  /** Many calls wait for capacity. */
  WAITING("waiting"),
  BREAKER("breaker"),
  REJECTED("rejected"),
  DAY_QUOTA("day-quota"),
  THROTTLED("throttled"),
  /** A target asked for a pause. */
  GATE("gate"),
  /** Throttles have lowered what is believed of a target's quota. */
  RATE("rate"),
  QUOTA("quota"),
  FALLBACK_REFUSES("fallback-refuses"),
  /** Callers retry what the gateway has retried. */
  CALLERS_RETRY("callers-retry"),
  /** The configuration file is refused. */
  CONFIG("config"),
  /** Jobs wait for long. */
  QUEUE("queue"),
  DEAD_LETTERS("dead-letters"),
  /** The configuration file has changes that take effect at the next start. */
  RESTART("restart");

  private final String label;

  AlarmKind(String label) {
    this.label = label;
  }

  /** The name in JSON. */
  String label() {
    return label;
  }

  /**
   * Whether it concerns the whole gateway, whatever its traffic: shown above all else, until it is
   * repaired.
   */
  boolean isBanner() {
    return this == QUEUE_STORE || this == CONFIG;
  }

  /** Whether it says why callers suffer, not that they do. */
  boolean isCause() {
    return compareTo(WAITING) >= 0 || this == CUT_OFF;
  }
}
