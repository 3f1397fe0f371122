package dev.forebay.core.admission;

/**
 * How a process uses a target's quotas, in seconds of the whole quota: a call that takes a sixtieth
 * of the minute's tokens uses one second of it. Sums grow, except when calls settle at less than
 * they took, and begin anew with another quota.
 *
 * @param limited whether anything limits the target yet; if not, the rest is 0
 * @param tokenSeconds of the tokens' quota, that of input where output has one of its own
 * @param outputSeconds of the output's quota
 * @param callSeconds of the quota of requests
 * @param owedSeconds what waiting calls ask for and what was used beyond what had come
 */
public record QuotaConsumption(
    boolean limited,
    double tokenSeconds,
    double outputSeconds,
    double callSeconds,
    double owedSeconds) {
  static final QuotaConsumption NONE = new QuotaConsumption(false, 0, 0, 0, 0);
}
