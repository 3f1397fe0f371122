package dev.forebay.client;

import dev.forebay.core.Priority;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * What one call asks of Forebay, for the SDK's {@code overrideConfiguration}:
 *
 * <pre>{@code
 * bedrock.converse(r -> r.modelId("anthropic.claude-sonnet-4")
 *     .messages(question)
 *     .overrideConfiguration(Forebay.request().deadline(Duration.ofSeconds(5)).priority(Priority.BATCH)));
 * }</pre>
 *
 * <p>They travel as request headers, the same as those of the gateway, and never to a target.
 * Immutable: each method returns another one.
 */
public final class CallOptions implements Consumer<AwsRequestOverrideConfiguration.Builder> {
  static final CallOptions NONE = new CallOptions(Map.of());

  /** What is left for the program after the answer: to write it down and to return it. */
  static final Duration LAMBDA_MARGIN = Duration.ofMillis(500);

  static final String DEADLINE = "x-forebay-deadline-ms";
  private static final String PRIORITY = "x-forebay-priority";
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String CACHE_CONTROL = "Cache-Control";

  /**
   * What {@link #during} runs.
   *
   * @param <T> what it gives
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface Action<T, E extends Exception> {
    /** Does it. */
    T run() throws E;
  }

  private final Map<String, String> headers;

  private CallOptions(Map<String, String> headers) {
    this.headers = headers;
  }

  /**
   * The call's own deadline, all attempts included; the route's holds if it is shorter. By it a
   * target has begun to answer, or the call has failed. A duration that is zero or negative fails
   * the call at once. Whole milliseconds count.
   */
  public CallOptions deadline(Duration deadline) {
    return with(
        DEADLINE,
        Long.toString(Math.max(0, Objects.requireNonNull(deadline, "deadline").toMillis())));
  }

  /**
   * Which calls wait longer when there is not enough capacity for all; {@code standard} by default.
   */
  public CallOptions priority(Priority priority) {
    return with(PRIORITY, Objects.requireNonNull(priority, "priority").label());
  }

  /**
   * Calls of the same route and key are made once: the same key gives the same answer for a day.
   *
   * @param key visible ASCII
   */
  public CallOptions idempotencyKey(String key) {
    return with(IDEMPOTENCY_KEY, Objects.requireNonNull(key, "key"));
  }

  /** The call is not answered from the cache; its answer is kept all the same. */
  public CallOptions noCache() {
    return with(CACHE_CONTROL, "no-cache");
  }

  /** The call is not answered from the cache, and its answer is not kept. */
  public CallOptions noStore() {
    return with(CACHE_CONTROL, "no-store");
  }

  /**
   * Gives these options to every call that an action makes on the calling thread, also where a
   * library in between passes none on, such as Spring AI or LangChain4j:
   *
   * <pre>{@code
   * Answer answer = Forebay.request().deadline(Duration.ofSeconds(5)).during(() -> service.answer(question));
   * }</pre>
   *
   * <p>A deadline counts from now, for all calls of the action together. Options of a call itself,
   * or of a scope within, come first; of two deadlines the earlier one counts. Calls that the
   * action makes on other threads have none of these options.
   *
   * @return what the action gives
   * @throws E what the action throws
   */
  public <T, E extends Exception> T during(Action<T, E> action) throws E {
    return OptionsScope.run(headers, Objects.requireNonNull(action, "action"));
  }

  /** The same, with others where they say nothing. */
  CallOptions orElse(Map<String, String> others) {
    Map<String, String> all = new LinkedHashMap<>(others);
    all.putAll(headers);
    return new CallOptions(all);
  }

  static CallOptions lambda(IntSupplier remainingMillis, Duration margin) {
    return NONE.deadline(Duration.ofMillis(remainingMillis.getAsInt()).minus(margin));
  }

  /** Empty if it is the route's. */
  Optional<Duration> deadline() {
    return Optional.ofNullable(headers.get(DEADLINE))
        .map(millis -> Duration.ofMillis(Long.parseLong(millis)));
  }

  Priority priority() {
    String label = headers.get(PRIORITY);
    for (Priority each : Priority.values()) {
      if (each.label().equals(label)) {
        return each;
      }
    }
    return Priority.STANDARD;
  }

  private CallOptions with(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new CallOptions(all);
  }

  /** Sets the headers. */
  @Override
  public void accept(AwsRequestOverrideConfiguration.Builder override) {
    Objects.requireNonNull(override, "override");
    headers.forEach(override::putHeader);
  }
}
