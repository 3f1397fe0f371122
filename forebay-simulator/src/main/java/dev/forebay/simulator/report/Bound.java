package dev.forebay.simulator.report;

/**
 * What no policy can exceed.
 *
 * @param offeredWork what was asked for, in tokens of the first target's quota
 * @param work the most of it that the quotas can serve in time
 * @param offeredCalls how many calls there were
 * @param calls the most calls that could be answered in time, the cheapest ones first
 */
public record Bound(double offeredWork, double work, long offeredCalls, double calls) {}
