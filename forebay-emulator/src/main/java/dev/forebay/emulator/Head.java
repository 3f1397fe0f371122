package dev.forebay.emulator;

import io.vertx.core.MultiMap;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a request's headers say to the service.
 *
 * @param outputTokens the value of {@link #OUTPUT_TOKENS}
 * @param serviceTier the value of {@link Tier#HEADER}
 * @param answer the value of {@link RequestedFeatures#HEADER}
 */
record Head(
    boolean authorized,
    @Nullable String outputTokens,
    @Nullable String serviceTier,
    @Nullable String answer) {
  /**
   * How long the answer would be if its maximum did not cut it, in place of a draw: a caller that
   * has planned its calls gets the answers that it has planned.
   */
  static final String OUTPUT_TOKENS = "x-emulator-output-tokens";

  private static final int MAX_DIGITS = 7;

  static Head of(MultiMap headers) {
    return new Head(
        headers.contains("Authorization"),
        headers.get(OUTPUT_TOKENS),
        headers.get(Tier.HEADER),
        headers.get(RequestedFeatures.HEADER));
  }

  /** The length that is asked for, or a refusal. */
  OptionalInt wanted() {
    if (outputTokens == null) {
      return OptionalInt.empty();
    }
    boolean digits = !outputTokens.isEmpty() && outputTokens.length() <= MAX_DIGITS;
    for (int i = 0; i < outputTokens.length() && digits; i++) {
      digits = outputTokens.charAt(i) >= '0' && outputTokens.charAt(i) <= '9';
    }
    int wanted = digits ? Integer.parseInt(outputTokens) : 0;
    if (wanted < 1) {
      throw new RefusedException(
          ErrorType.VALIDATION,
          "The header %s must be a whole number of at least 1.".formatted(OUTPUT_TOKENS));
    }
    return OptionalInt.of(wanted);
  }
}
