package dev.forebay.core.admission;

/**
 * Adds up what this process uses of a quota that it shares, in seconds of the whole quota; see
 * {@link QuotaUse}. Not thread-safe: its {@link Limiter} guards it.
 */
final class UseMeter {
  private static final double SECONDS_PER_MINUTE = 60;

  private final long tokensPerMinute;
  private final double outputPerSecond;
  private final double requestsPerSecond;
  private double tokens;
  private double output;
  private double requests;

  /** Nothing used yet; a quota of 0 is none. */
  UseMeter(long tokensPerMinute, double outputPerSecond, double requestsPerSecond) {
    this.tokensPerMinute = tokensPerMinute;
    this.outputPerSecond = outputPerSecond;
    this.requestsPerSecond = requestsPerSecond;
  }

  /** Whether any of the quotas is known. */
  boolean limits() {
    return tokensPerMinute != 0 || requestsPerSecond != 0;
  }

  void count(long ofTokens, long ofOutput, long ofCalls) {
    tokens += tokenSeconds(ofTokens);
    output += outputPerSecond == 0 ? 0 : ofOutput / outputPerSecond;
    requests += requestsPerSecond == 0 ? 0 : ofCalls / requestsPerSecond;
  }

  /**
   * What was used until now.
   *
   * @param owedTokens what is in debt, and what those that wait ask for
   * @param waitingCalls how many they are
   */
  QuotaUse use(long owedTokens, int waitingCalls) {
    double owed = tokenSeconds(owedTokens);
    if (requestsPerSecond != 0) {
      owed = Math.max(owed, waitingCalls / requestsPerSecond);
    }
    return new QuotaUse(true, tokens, output, requests, owed);
  }

  private double tokenSeconds(long ofTokens) {
    return tokensPerMinute == 0 ? 0 : ofTokens * SECONDS_PER_MINUTE / tokensPerMinute;
  }
}
