package dev.forebay.simulator;

import java.util.Arrays;
import java.util.Optional;

/** What a client may do about throttling and faults: Forebay, or what is usual without it. */
public enum Policy {
  FOREBAY("forebay", "Forebay's own policies, the same code as in the gateway"),
  RETRY("retry", "5 attempts, full jitter, base 1 s, cap 60 s; no fallback"),
  RETRY_FALLBACK("retry+fallback", "the same, then the same again on the next target"),
  RETRY_8("retry-8", "as retry, with 8 attempts"),
  RETRY_60S("retry-60s", "as retry, with as many attempts as begin within 60 s"),
  RETRY_FALLBACKS("retry+fallbacks", "as retry+fallback, over all targets of the route"),
  ROUND_ROBIN("round-robin", "as retry+fallbacks, equal targets in turn"),
  AWS_LEGACY("aws-legacy", "AWS SDK for Java 2, legacy mode: 4 attempts, equal jitter"),
  AWS_STANDARD_2026(
      "aws-standard-2026", "AWS SDK standard mode of 2026: 3 attempts, full jitter, retry quota"),
  AWS_ADAPTIVE("aws-adaptive", "AWS SDK adaptive mode: standard, with a learned rate of requests"),
  RESILIENCE4J("resilience4j", "Retry (3, 500 ms) around CircuitBreaker, both with defaults"),
  COOL_DOWN("cool-down", "as LiteLLM's router: 3 attempts over equal targets, cool-downs of 5 s"),
  LOCAL_BUCKET("local-bucket", "as retry+fallback, behind a token bucket of the configured quota");

  private final String key;
  private final String about;

  Policy(String key, String about) {
    this.key = key;
    this.about = about;
  }

  /** Its name on the command line and in reports. */
  public String key() {
    return key;
  }

  /** What it does, in a few words. */
  public String about() {
    return about;
  }

  /** The policy of that name. */
  public static Optional<Policy> of(String key) {
    return Arrays.stream(values()).filter(policy -> policy.key.equals(key)).findFirst();
  }
}
