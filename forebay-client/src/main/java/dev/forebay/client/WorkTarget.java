package dev.forebay.client;

import dev.forebay.core.Ticker;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The target that an attempt of {@link Forebay#call} is for. Thread-safe. */
public final class WorkTarget {
  private final String name;
  private final String region;
  private final Optional<String> model;
  private final URI endpoint;
  private final int attempt;
  private final long endByNanos;
  private final Ticker ticker;

  WorkTarget(
      String name,
      String region,
      Optional<String> model,
      URI endpoint,
      int attempt,
      long endByNanos,
      Ticker ticker) {
    this.name = name;
    this.region = region;
    this.model = model;
    this.endpoint = endpoint;
    this.attempt = attempt;
    this.endByNanos = endByNanos;
    this.ticker = ticker;
  }

  /** Its name in the configuration. */
  public String name() {
    return name;
  }

  public String region() {
    return region;
  }

  /** The model that is called there; empty if the route takes any. */
  public Optional<String> model() {
    return model;
  }

  /** Its endpoint in the configuration, or Bedrock's own in the region. */
  public URI endpoint() {
    return endpoint;
  }

  /** 1 for the call's first attempt. */
  public int attempt() {
    return attempt;
  }

  /**
   * What is left for this attempt: a good timeout for the work's own client. When it has passed the
   * thread is interrupted, or the future cancelled.
   */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, endByNanos - ticker.nanos()));
  }

  @Override
  public String toString() {
    return name;
  }
}
