package dev.forebay.core.admission;

/**
 * What a process has found out of a quota of tokens, for those that share it.
 *
 * @param perMinute what it has learned by itself of one that is not configured, of what others
 *     leave; 0 for nothing. It learns no more by itself once all together have a figure
 * @param attempts how many attempts have begun by its part of what is configured, or of the figure
 *     of all
 * @param refusals how many of these the service has refused for the quota's sake
 * @param lastMinute what it took of the quota over the last minute
 */
public record QuotaEvidence(double perMinute, long attempts, long refusals, long lastMinute) {}
