package dev.forebay.telemetry.trace;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** The ways that spans go. */
public final class SpanExport {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  private SpanExport() {}

  /**
   * To a collector, by OTLP over HTTP. It is near, and compressing costs more than all else that is
   * done for a span.
   */
  public static SpanExporter toCollector(URI address) {
    return OtlpHttpSpanExporter.builder().setEndpoint(traces(address)).setTimeout(TIMEOUT).build();
  }

  /** Where X-Ray takes spans in a region. */
  public static URI xrayEndpoint(String region) {
    return URI.create("https://xray." + region + ".amazonaws.com");
  }

  /** Straight to X-Ray, signed. */
  public static SpanExporter toXray(
      URI endpoint, String region, AwsCredentialsProvider credentials) {
    HttpSenderProvider signing = config -> new SigV4Sender(config, region, credentials);
    return OtlpHttpSpanExporter.builder()
        .setEndpoint(traces(endpoint))
        .setCompression("gzip")
        .setTimeout(TIMEOUT)
        .setComponentLoader(only(signing))
        .build();
  }

  private static String traces(URI address) {
    String base = address.toString();
    return base.endsWith("/v1/traces") ? base : base.replaceAll("/+$", "") + "/v1/traces";
  }

  private static ComponentLoader only(HttpSenderProvider provider) {
    ComponentLoader usual = ComponentLoader.forClassLoader(SpanExport.class.getClassLoader());
    return new ComponentLoader() {
      @Override
      public <T> Iterable<T> load(Class<T> type) {
        return type == HttpSenderProvider.class ? List.of(type.cast(provider)) : usual.load(type);
      }
    };
  }
}
