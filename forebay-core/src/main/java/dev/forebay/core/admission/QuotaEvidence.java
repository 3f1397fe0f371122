package dev.forebay.core.admission;

/**
 * What a process has found out of a quota of tokens that is not configured, for those that learn it
 * together.
 *
 * @param perMinute what it has learned by itself, of what others leave; 0 for nothing. It learns no
 *     more by itself once all together have a figure
 * @param attempts how many attempts have begun by the figure of all
 * @param refusals how many of these the service has refused for the quota's sake
 * @param lastMinute what it took of the quota over the last minute
 */
public record QuotaEvidence(double perMinute, long attempts, long refusals, long lastMinute) {
  /** Of a quota that is configured. */
  static final QuotaEvidence NONE = new QuotaEvidence(0, 0, 0, 0);
}
