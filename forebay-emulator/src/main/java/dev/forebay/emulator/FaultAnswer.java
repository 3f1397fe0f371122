package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is done instead of answering, by faults that stand in for the answer. */
final class FaultAnswer {
  private final String requestId;

  FaultAnswer(String requestId) {
    this.requestId = requestId;
  }

  /** Whether this effect stands in for the answer, rather than reshaping it. */
  static boolean of(Effect effect) {
    return switch (effect) {
      case Effect.Throttle throttle -> true;
      case Effect.Unavailable unavailable -> true;
      case Effect.Failure failure -> true;
      case Effect.Outage outage -> true;
      case Effect.Garbage garbage -> true;
      case Effect.Hang hang -> hang.at() == Effect.Phase.HEADERS;
      case Effect.Reset reset -> reset.at() == Effect.Phase.REQUEST;
      case Effect.SlowFirstToken slow -> false;
      case Effect.Stall stall -> false;
      case Effect.ExceptionEvent event -> false;
      case Effect.Truncate truncate -> false;
      case Effect.Cut cut -> false;
      case Effect.MalformedFrame frame -> false;
      case Effect.Guardrail guardrail -> false;
    };
  }

  /** The script of an effect that stands in. */
  Script script(Effect effect, ModelId model) {
    String key = effect.key();
    return switch (effect) {
      case Effect.Throttle throttle ->
          error(throttle.reason().error(model.asked()), throttle.retryAfter());
      case Effect.Unavailable unavailable ->
          error(ErrorType.SERVICE_UNAVAILABLE.usual(), unavailable.retryAfter());
      case Effect.Failure failure ->
          error(worded(failure.exception(), failure.message()), failure.retryAfter());
      case Effect.Outage outage -> Script.of(Duration.ZERO, key, new WireAction.Close());
      case Effect.Reset reset -> Script.of(Duration.ZERO, key, new WireAction.Abort());
      case Effect.Hang hang -> new Script(List.of(), key, false);
      case Effect.Garbage garbage -> garbage(garbage.kind(), key);
      default -> throw new IllegalArgumentException(key + " does not stand in for an answer");
    };
  }

  Script error(AwsError error) {
    return error(error, null);
  }

  static AwsError worded(ErrorType type, @Nullable String message) {
    return new AwsError(type, Objects.requireNonNullElse(message, type.usual().message()));
  }

  private Script error(AwsError error, @Nullable Duration retryAfter) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("x-amzn-RequestId", requestId);
    headers.put(
        "x-amzn-ErrorType",
        error.type().wireName() + ":http://internal.amazon.com/coral/com.amazon.bedrock/");
    if (retryAfter != null) {
      // Older SDK modes read the seconds, newer ones the milliseconds.
      headers.put("Retry-After", Long.toString((retryAfter.toMillis() + 999) / 1000));
      headers.put("x-amz-retry-after", Long.toString(retryAfter.toMillis()));
    }
    Buffer body = Json.bytes(Json.object().put("message", error.message()));
    return Script.of(
        Duration.ZERO,
        error.type().wireName(),
        new WireAction.Whole(error.type().status(), headers, body));
  }

  private static Script garbage(Effect.Garbage.Kind kind, String key) {
    return switch (kind) {
      case BODY ->
          Script.of(
              Duration.ZERO,
              key,
              new WireAction.Whole(
                  200,
                  Map.of("Content-Type", "text/html"),
                  Buffer.buffer("<html><body>It works!</body></html>")));
      case HTTP ->
          Script.of(
              Duration.ZERO,
              key,
              new WireAction.Raw(Buffer.buffer("\u0000\u0001 not HTTP at all\n")),
              new WireAction.Close());
    };
  }
}
