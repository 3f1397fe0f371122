package dev.forebay.simulator.report;

/**
 * How long callers waited, in seconds from a call's arrival.
 *
 * @param firstContent until the first token; for an answer that comes whole, until that
 * @param answer until the answer was complete
 * @param admission until the first request was sent; calls for which none was sent do not count
 */
public record Waits(Quantiles firstContent, Quantiles answer, Quantiles admission) {}
