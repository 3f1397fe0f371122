package dev.forebay.core.admission;

import dev.forebay.core.Priority;

/**
 * What is under way on a target and waits for it, at one moment.
 *
 * @param underWay attempts that have begun and not ended
 * @param interactive calls of that class that wait for capacity
 * @param standard the same
 * @param batch the same
 * @param waitingTokens what all that wait ask for
 * @param waitingBytes what they hold in memory
 * @param tokensPerSecond the quota in a second, configured or learned; infinite where nothing
 *     limits
 * @param level tokens that are left of the minute's quota, or in the bucket of a process that
 *     shares it; negative if more was used, 0 where nothing limits
 * @param capacity the minute's quota, or what that bucket can hold; 0 where nothing limits
 * @param fill the share that is left, 0 to 1; 1 where nothing limits
 * @param direct tokens that interactive and standard calls asked for over the last minute
 * @param shared whether this process has its part of the quota by what its calls need
 */
public record TargetLoad(
    int underWay,
    int interactive,
    int standard,
    int batch,
    long waitingTokens,
    long waitingBytes,
    double tokensPerSecond,
    long level,
    long capacity,
    double fill,
    long direct,
    boolean shared) {

  /** The calls of a class that wait. */
  public int waiting(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> interactive;
      case STANDARD -> standard;
      case BATCH -> batch;
    };
  }

  /**
   * What is missing before a stored call may begin that direct calls go before, in tokens; 0 or
   * less if there is room.
   *
   * <pre>
   * missing = min(capacity, tokens + min(0.3 * capacity, direct)) - level
   * </pre>
   *
   * <p>So much is left to direct calls as these asked for in the last minute, and no more than the
   * head-room of the class {@code batch}.
   */
  public double missing(long tokens) {
    double headRoom = Math.min(Priority.BATCH.headRoom() * (double) capacity, (double) direct);
    return Math.min((double) capacity, (double) tokens + headRoom) - (double) level;
  }
}
