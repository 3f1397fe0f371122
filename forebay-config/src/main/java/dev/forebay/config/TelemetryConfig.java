package dev.forebay.config;

import java.net.URI;
import java.util.Optional;

/**
 * Where measurements and traces go, and how much is reported of calls that went as usual.
 *
 * @param otlp an OpenTelemetry collector's HTTP address
 * @param xray spans straight to AWS X-Ray
 * @param sample the share of unremarkable calls whose spans are kept
 * @param logSample the share of unremarkable calls that get a line in the log
 */
public record TelemetryConfig(
    Optional<URI> otlp,
    Optional<XRay> xray,
    double sample,
    double logSample,
    Optional<CloudWatch> cloudwatch) {
  /** What holds without such a section. */
  public static final TelemetryConfig DEFAULTS =
      new TelemetryConfig(Optional.empty(), Optional.empty(), 0.1, 0.01, Optional.empty());

  /**
   * AWS X-Ray's OTLP endpoint.
   *
   * @param endpoint empty: X-Ray's own in the region
   */
  public record XRay(String region, Optional<URI> endpoint) {}

  /**
   * Metrics in CloudWatch.
   *
   * @param endpoint empty: CloudWatch's own in the region
   */
  public record CloudWatch(String namespace, String region, Optional<URI> endpoint, Via via) {}

  /** How metrics come to CloudWatch. */
  public enum Via {
    /** By its API. */
    API,
    /** As lines on standard output, in the embedded metric format. */
    EMF
  }
}
