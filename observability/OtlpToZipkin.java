import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Takes spans by OTLP, which Zipkin does not speak, and gives them to Zipkin. */
final class OtlpToZipkin {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private OtlpToZipkin() {}

  public static void main(String[] arguments) throws IOException {
    URI zipkin = URI.create(arguments[1] + "/api/v2/spans");
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])),
            0);
    server.createContext("/v1/traces", exchange -> pass(exchange, zipkin));
    server.start();
  }

  private static void pass(HttpExchange exchange, URI zipkin) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    List<Span> spans =
        ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
            .flatMap(resource -> resource.getScopeSpansList().stream())
            .flatMap(scope -> scope.getSpansList().stream())
            .toList();
    String json = spans.stream().map(OtlpToZipkin::span).collect(Collectors.joining(",", "[", "]"));
    int status = 200;
    try {
      HTTP.send(
          HttpRequest.newBuilder(zipkin)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(json))
              .build(),
          HttpResponse.BodyHandlers.discarding());
    } catch (IOException | InterruptedException e) {
      status = 503;
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static String span(Span span) {
    String parent =
        span.getParentSpanId().isEmpty()
            ? ""
            : ",\"parentId\":\"%s\"".formatted(hex(span.getParentSpanId().toByteArray()));
    String events =
        span.getEventsList().stream()
            .map(
                event ->
                    "{\"timestamp\":%d,\"value\":%s}"
                        .formatted(
                            event.getTimeUnixNano() / 1_000,
                            quoted(event.getName() + reason(event.getAttributesList()))))
            .collect(Collectors.joining(","));
    String tags =
        span.getAttributesList().stream()
            .map(each -> quoted(each.getKey()) + ":" + quoted(text(each.getValue())))
            .collect(Collectors.joining(","));
    if (span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR) {
      tags += ",\"error\":" + quoted(span.getStatus().getMessage());
    }
    return "{\"traceId\":\"%s\",\"id\":\"%s\"%s,\"name\":%s,\"kind\":\"%s\",\"timestamp\":%d,\"duration\":%d,\"localEndpoint\":{\"serviceName\":\"forebay\"},\"annotations\":[%s],\"tags\":{%s}}"
        .formatted(
            hex(span.getTraceId().toByteArray()),
            hex(span.getSpanId().toByteArray()),
            parent,
            quoted(span.getName()),
            span.getKind() == Span.SpanKind.SPAN_KIND_CLIENT ? "CLIENT" : "SERVER",
            span.getStartTimeUnixNano() / 1_000,
            Math.max(1, (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1_000),
            events,
            tags);
  }

  private static String reason(List<KeyValue> attributes) {
    return attributes.stream()
        .filter(each -> each.getKey().equals("why"))
        .map(each -> ": " + text(each.getValue()))
        .findFirst()
        .orElse("");
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(OtlpToZipkin::text)
              .collect(Collectors.joining(", "));
      default -> "";
    };
  }

  private static String hex(byte[] id) {
    return HexFormat.of().formatHex(id);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
