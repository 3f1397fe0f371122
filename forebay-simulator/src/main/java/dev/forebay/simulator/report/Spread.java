package dev.forebay.simulator.report;

/**
 * One policy over several seeds.
 *
 * @param worstGoodput the least
 * @param worstAttemptsPerAnswer the most
 * @param worstFirstContentP99 the most, in seconds
 */
public record Spread(
    String name,
    int seeds,
    double meanGoodput,
    double worstGoodput,
    double meanAnswered,
    double worstAnswered,
    double meanAttemptsPerAnswer,
    double worstAttemptsPerAnswer,
    double meanFirstContentP99,
    double worstFirstContentP99) {}
