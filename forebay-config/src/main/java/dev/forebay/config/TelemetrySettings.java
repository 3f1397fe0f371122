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
          "xray", Scalars.BOOLEAN, false, "Whether spans carry the annotations of AWS X-Ray.");

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
  static final Setting<Section> CLOUDWATCH =
      Setting.section(
          "cloudwatch",
          new SectionShape(NAMESPACE, REGION, ENDPOINT),
          "Metrics in CloudWatch; when absent, none are sent.");

  static final Setting<Section> TELEMETRY =
      Setting.section(
              "telemetry",
              new SectionShape(OTLP, XRAY, CLOUDWATCH),
              "Where measurements and traces go.")
          .notYet();

  private TelemetrySettings() {}
}
