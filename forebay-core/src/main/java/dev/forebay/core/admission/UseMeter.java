package dev.forebay.core.admission;

/**
 * Adds up what this process uses of a quota that it shares, in seconds of the whole quota; see
 * {@link QuotaConsumption}. Not thread-safe: its {@link Limiter} guards it.
 */
final class UseMeter {
  private final double outputPerSecond;
  private final double requestsPerSecond;
  private double tokens;
  private double output;
  private double requests;

  /** Nothing used yet; a quota of 0 is none. */
  UseMeter(double outputPerSecond, double requestsPerSecond) {
    this.outputPerSecond = outputPerSecond;
    this.requestsPerSecond = requestsPerSecond;
  }

  /**
   * Counts more use, or less where an attempt used less than it took.
   *
   * @param tokenSeconds of the quota of tokens
   */
  void count(double tokenSeconds, long ofOutput, long ofCalls) {
    tokens += tokenSeconds;
    output += outputPerSecond == 0 ? 0 : ofOutput / outputPerSecond;
    requests += requestsPerSecond == 0 ? 0 : ofCalls / requestsPerSecond;
  }

  /**
   * What was used until now.
   *
   * @param owedSeconds of the quota of tokens, what is in debt, and what those that wait ask for
   * @param waitingCalls how many they are
   */
  QuotaConsumption use(double owedSeconds, int waitingCalls) {
    double owed = owedSeconds;
    if (requestsPerSecond != 0) {
      owed = Math.max(owed, waitingCalls / requestsPerSecond);
    }
    return new QuotaConsumption(true, tokens, output, requests, owed);
  }
}
