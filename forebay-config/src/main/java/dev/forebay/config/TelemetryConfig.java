package dev.forebay.config;

import java.net.URI;
import java.util.Optional;

/**
 * Where measurements and traces go.
 *
 * @param otlp an OpenTelemetry collector's HTTP address
 * @param xray whether spans carry X-Ray's annotations
 */
public record TelemetryConfig(Optional<URI> otlp, boolean xray, Optional<CloudWatch> cloudwatch) {
  /**
   * Metrics in CloudWatch.
   *
   * @param endpoint empty: CloudWatch's own in the region
   */
  public record CloudWatch(String namespace, String region, Optional<URI> endpoint) {}
}
