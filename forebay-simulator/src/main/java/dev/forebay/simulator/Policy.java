package dev.forebay.simulator;

import java.util.Arrays;
import java.util.Optional;

/** What a client may do about throttling and faults: Forebay, or what is usual without it. */
public enum Policy {
  FOREBAY("forebay", "Forebay's own policies, the same code as in the gateway"),
  RETRY("retry", "5 attempts, full jitter, base 1 s, cap 60 s; no fallback"),
  RETRY_FALLBACK("retry+fallback", "the same, then the same again on the next target"),
  AWS_LEGACY("aws-legacy", "AWS SDK for Java 2, legacy mode: 4 attempts, equal jitter"),
  AWS_STANDARD_2026(
      "aws-standard-2026", "AWS SDK standard mode of 2026: 3 attempts, full jitter, retry quota"),
  RESILIENCE4J("resilience4j", "Retry (3, 500 ms) around CircuitBreaker, both with defaults");

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
