package dev.forebay.config;

import java.net.URI;

/** The keys of measurements and traces. */
final class TelemetrySettings {
  static final Setting<URI> OTLP =
      Setting.optional(
          "otlp",
          Urls.HTTP,
          "http://127.0.0.1:4318",
          "An OpenTelemetry collector's HTTP address; when absent, nothing is sent there.");
  static final Setting<Boolean> XRAY =
      Setting.defaulted(
          "xray",
          Scalars.BOOLEAN,
          false,
          "Whether spans go straight to AWS X-Ray's OTLP endpoint, signed; Transaction Search must be"
              + " on in the account.");
  static final Setting<String> XRAY_REGION =
      Setting.optional(
          "xrayRegion",
          Scalars.REGION,
          "us-east-1",
          "The AWS region of X-Ray; by default that of cloudwatch.");
  static final Setting<URI> XRAY_ENDPOINT =
      Setting.optional(
          "xrayEndpoint",
          Urls.HTTP,
          "https://xray.us-east-1.amazonaws.com",
          "The address that spans go to with xray; by default X-Ray's own in the region.");
  static final Setting<Double> SAMPLE =
      Setting.defaulted(
          "sample",
          Scalars.SHARE,
          TelemetryConfig.DEFAULTS.sample(),
          "The share of unremarkable calls whose spans are kept; those with an error, a retry, a"
              + " fallback or a degraded answer all are.");
  static final Setting<Double> LOG_SAMPLE =
      Setting.defaulted(
          "logSample",
          Scalars.SHARE,
          TelemetryConfig.DEFAULTS.logSample(),
          "The share of unremarkable calls that get a line in the log.");

  static final Setting<String> NAMESPACE =
      Setting.defaulted(
          "namespace", Scalars.NAME, "GenAI/Application", "The namespace of the metrics.");
  static final Setting<String> REGION =
      Setting.required("region", Scalars.REGION, "us-east-1", "The AWS region that they go to.");
  static final Setting<URI> ENDPOINT =
      Setting.optional(
          "endpoint",
          Urls.HTTP,
          "https://monitoring.us-east-1.amazonaws.com",
          "The address that they go to; by default CloudWatch's own in the region.");
  static final Setting<TelemetryConfig.Via> VIA =
      Setting.defaulted(
          "via",
          Scalars.choice(TelemetryConfig.Via.class),
          TelemetryConfig.Via.API,
          "How they go: api, or emf, lines on standard output for Lambda and the agents of"
              + " containers.");
  static final Setting<Section> CLOUDWATCH =
      Setting.section(
          "cloudwatch",
          new SectionShape(NAMESPACE, REGION, ENDPOINT, VIA),
          "Metrics in CloudWatch; when absent, none are sent.");

  static final Setting<Section> TELEMETRY =
      Setting.section(
          "telemetry",
          new SectionShape(OTLP, XRAY, XRAY_REGION, XRAY_ENDPOINT, SAMPLE, LOG_SAMPLE, CLOUDWATCH),
          "Where measurements and traces go, besides /metrics.");

  private TelemetrySettings() {}
}
