package dev.forebay.client;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Who answered a call. Of a stream it is known once its response has been received, before the
 * first event.
 *
 * @param answer who it was
 * @param target the target's name in the configuration; empty if no target answered this call
 * @param model the model that answered; likewise
 * @param attempts how many attempts the call took; 0 if it took none
 * @param adapted what was changed in the request for that model, such as {@code cache-points};
 *     empty if nothing was
 */
public record Answered(
    Answer answer, Optional<String> target, Optional<String> model, int attempts, String adapted) {
  /** Who answered. */
  public enum Answer {
    /** A target of the first tier. */
    PRIMARY,
    /** A target of a later tier. */
    FALLBACK,
    /** An earlier answer to the same request. */
    CACHED,
    /** An earlier answer that is past its time, because there was no other. */
    STALE,
    /** The route's own words, because there was no other answer. */
    CANNED,
    /** The response does not say: it did not come by Forebay. */
    UNKNOWN;

    private static Answer of(String label) {
      for (Answer each : values()) {
        if (each.name().toLowerCase(Locale.ROOT).equals(label)) {
          return each;
        }
      }
      return UNKNOWN;
    }

    /** Whether no model would answer, so that something else stood in. */
    public boolean isDegraded() {
      return this == STALE || this == CANNED;
    }
  }

  /** What a response says of it. */
  public static Answered of(SdkResponse response) {
    SdkHttpResponse http = Objects.requireNonNull(response, "response").sdkHttpResponse();
    return new Answered(
        http == null ? Answer.UNKNOWN : Answer.of(header(http, "x-forebay-answer").orElse("")),
        http == null ? Optional.empty() : header(http, "x-forebay-target"),
        http == null ? Optional.empty() : header(http, "x-forebay-model"),
        http == null ? 0 : header(http, "x-forebay-attempts").map(Integer::parseInt).orElse(0),
        http == null ? "" : header(http, "x-forebay-adapted").orElse(""));
  }

  private static Optional<String> header(SdkHttpResponse http, String name) {
    return http.firstMatchingHeader(name);
  }
}
