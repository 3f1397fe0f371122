package dev.forebay.emulator;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A model's quota under way: pure arithmetic on the times it is given, without a clock of its own.
 *
 * <p>Admission needs {@code input + cacheRead + cacheWrite + maxTokens * reserve} of every token
 * limit and one request; settlement leaves {@code input + cacheWrite + output * burndown} charged.
 * A refused request takes nothing. Not safe for use by several threads.
 */
final class QuotaBucket {
  private final Quota quota;
  private final @Nullable Meter requests;
  private final @Nullable Meter tokens;
  private final @Nullable Meter day;

  QuotaBucket(Quota quota) {
    this.quota = quota;
    Duration minute = Duration.ofMinutes(1);
    this.requests = meter(quota.requestsPerMinute(), quota.window(), minute);
    this.tokens = meter(quota.tokensPerMinute(), quota.window(), minute);
    this.day = meter(quota.tokensPerDay(), Quota.Window.FIXED, Duration.ofDays(1));
  }

  /** The tokens of a prompt, in the three ways in which Bedrock counts them. */
  record Prompt(long input, long cacheRead, long cacheWrite) {}

  /** What an admitted request holds until it is settled. */
  record Reservation(long at, Prompt prompt, double tokens) {}

  /** A reservation, or the limit that has no room. */
  sealed interface Admission {
    record Granted(Reservation reservation) implements Admission {}

    record Refused(ErrorType.Reason reason) implements Admission {}
  }

  Admission admit(long now, Prompt prompt, long maxTokens) {
    double need =
        prompt.input() + prompt.cacheRead() + prompt.cacheWrite() + maxTokens * quota.reserve();
    Optional<ErrorType.Reason> lacking = lacking(now, need);
    if (lacking.isPresent()) {
      return new Admission.Refused(lacking.get());
    }
    take(requests, now, 1);
    take(tokens, now, need);
    take(day, now, need);
    return new Admission.Granted(new Reservation(now, prompt, need));
  }

  /** Ends a reservation; call it once. */
  void settle(long now, Reservation reservation, long output) {
    Prompt prompt = reservation.prompt();
    double used = prompt.input() + prompt.cacheWrite() + output * quota.burndown();
    for (Meter meter : new @Nullable Meter[] {tokens, day}) {
      if (meter != null) {
        meter.settle(reservation.at(), now, reservation.tokens(), used);
      }
    }
  }

  private Optional<ErrorType.Reason> lacking(long now, double need) {
    if (requests != null && !requests.fits(now, 1)) {
      return Optional.of(ErrorType.Reason.REQUESTS);
    }
    if (tokens != null && !tokens.fits(now, need)) {
      return Optional.of(ErrorType.Reason.TOKENS);
    }
    if (day != null && !day.fits(now, need)) {
      return Optional.of(ErrorType.Reason.DAY);
    }
    return Optional.empty();
  }

  private static void take(@Nullable Meter meter, long now, double amount) {
    if (meter != null) {
      meter.take(now, amount);
    }
  }

  private static @Nullable Meter meter(OptionalLong limit, Quota.Window window, Duration period) {
    return limit.isPresent() ? Meter.of(window, limit.getAsLong(), period) : null;
  }
}
