package dev.forebay.simulator.report;

/**
 * What reached one target.
 *
 * @param attemptsWhileDown requests sent while it could answer none
 * @param utilisation charged tokens as a part of its quota over the whole run
 * @param overAdmission tokens asked for beyond the quota, and refused, as a part of it
 */
public record TargetResult(
    String name,
    long attempts,
    long attemptsWhileDown,
    long throttled,
    double costTokens,
    double utilisation,
    double overAdmission) {}
