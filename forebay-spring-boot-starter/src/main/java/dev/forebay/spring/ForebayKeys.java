package dev.forebay.spring;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of the keys below {@code forebay.targets}, {@code forebay.routes} and so on, for
 * editors: the metadata of the properties names these types, and a test compares them with the
 * configuration's own schema. Values are read by the configuration's reader, never into these
 * types. {@code forebay config defaults} explains each key.
 */
public final class ForebayKeys {
  private ForebayKeys() {}

  /** Below the name of a target. */
  public record Target(
      String region,
      @Nullable String model,
      @Nullable String endpoint,
      @Nullable String credentials,
      @Nullable String serviceTier,
      @Nullable Quota quota,
      @Nullable Timeouts timeouts,
      @Nullable List<String> forwardHeaders,
      @Nullable String proxy,
      @Nullable String ca) {}

  /** What the account may use of a target. */
  public record Quota(
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Long inputTokensPerMinute,
      @Nullable Long outputTokensPerMinute,
      @Nullable Integer burndown) {}

  /** Timeouts of one attempt. */
  public record Timeouts(
      @Nullable String firstFrame,
      @Nullable String firstToken,
      @Nullable String idle,
      @Nullable String total) {}

  /** Below the name of a route, which is the model id that calls ask for. */
  public record Route(
      List<List<String>> tiers,
      @Nullable String deadline,
      @Nullable String patience,
      @Nullable String adapt,
      @Nullable String keepAlive,
      @Nullable List<String> fallbackOn,
      @Nullable Retry retry,
      @Nullable Breaker breaker,
      @Nullable Hedge hedge,
      @Nullable Cache cache,
      @Nullable Idempotency idempotency,
      @Nullable Degraded degraded,
      @Nullable Queue queue) {}

  /** How often and after what delay a call tries again. */
  public record Retry(
      @Nullable Integer maxAttempts,
      @Nullable Integer maxAttemptsPerCall,
      @Nullable String baseDelay,
      @Nullable String maxDelay,
      @Nullable String jitter) {}

  /** When a target counts as broken. */
  public record Breaker(
      @Nullable Double failureRate, @Nullable Integer minimumCalls, @Nullable String openFor) {}

  /** A second attempt beside a slow one. */
  public record Hedge(@Nullable Boolean enabled, @Nullable Double maxShare) {}

  /** Answers that serve again. */
  public record Cache(
      @Nullable String freshFor, @Nullable String staleFor, @Nullable String shared) {}

  /** Calls with an idempotency key. */
  public record Idempotency(@Nullable Boolean shared) {}

  /** A canned answer. */
  public record Degraded(String message) {}

  /** Has no effect in a program. */
  public record Queue(@Nullable String expireAfter) {}

  /** Below the beginning of a model's id. */
  public record Model(
      @Nullable Integer maxOutputTokens,
      @Nullable Integer contextTokens,
      @Nullable Integer topK,
      @Nullable Integer stopSequences,
      @Nullable List<String> lacks,
      @Nullable List<String> has,
      @Nullable String family,
      @Nullable Integer burndown,
      @Nullable String endOfLife) {}

  /** Below the beginning of a model's id. */
  public record Burndown(Integer rate) {}
}
