package dev.forebay.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Finds whether a client sends a request again, by what SDKs say of it: {@code amz-sdk-request:
 * attempt=2; max=3} of AWS's, {@code x-stainless-retry-count: 1} of Anthropic's and OpenAI's.
 */
public final class RepeatedCall {
  private static final CharSequence AWS = HttpHeaders.createOptimized("amz-sdk-request");
  private static final CharSequence STAINLESS =
      HttpHeaders.createOptimized("x-stainless-retry-count");
  private static final String ATTEMPT = "attempt=";

  private RepeatedCall() {}

  public static boolean is(MultiMap headers) {
    return isAbove(after(headers.get(AWS), ATTEMPT), 1) || isAbove(headers.get(STAINLESS), 0);
  }

  private static @Nullable String after(@Nullable String value, String key) {
    int at = value == null ? -1 : value.indexOf(key);
    return value == null || at < 0 ? null : value.substring(at + key.length());
  }

  /** Whether the text begins with a number that is larger; of more than four digits none is. */
  private static boolean isAbove(@Nullable String text, int bound) {
    if (text == null) {
      return false;
    }
    int number = 0;
    int digits = 0;
    while (digits < text.length() && digits < 5 && Character.isDigit(text.charAt(digits))) {
      number = 10 * number + Character.digit(text.charAt(digits), 10);
      digits++;
    }
    return digits > 0 && digits < 5 && number > bound;
  }
}
