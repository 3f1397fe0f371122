package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.forebay.core.Seam;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/** CloudWatch's PutMetricData as the Java SDK speaks to it: CBOR, compressed when large. */
final class CloudWatchReceiver implements AutoCloseable {
  /** How it takes what comes. */
  enum Mood {
    WELL,
    /** It answers no request. */
    SILENT,
    /** It throttles everybody. */
    THROTTLING
  }

  /** What one request said of one series. */
  record Datum(
      String namespace,
      String metric,
      String unit,
      Map<String, String> dimensions,
      double count,
      double sum,
      double min,
      double max) {}

  private static final CBORMapper CBOR = new CBORMapper();

  private final HttpServer server;
  private volatile Mood mood;
  private final List<Datum> data = new CopyOnWriteArrayList<>();
  private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
  private final List<String> encodings = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  CloudWatchReceiver(Mood mood) throws IOException {
    this.mood = mood;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/service/GraniteServiceVersion20100801/operation/PutMetricData", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    byte[] plain =
        "gzip".equals(encoding)
            ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
            : body;
    bodies.add(plain);
    encodings.add(String.valueOf(encoding));
    switch (mood) {
      case WELL -> {
        JsonNode request = CBOR.readTree(plain);
        try {
          assertLimits(plain, request);
        } catch (AssertionError refused) {
          complaints.add(refused.getMessage());
        }
        for (JsonNode datum : request.path("MetricData")) {
          data.add(read(request.path("Namespace").asString(), datum));
        }
        answer(exchange, 200, Map.of());
      }
      case THROTTLING ->
          answer(exchange, 400, Map.of("__type", "ThrottlingException", "message", "Slow down"));
      case SILENT -> await(exchange);
    }
  }

  /** What CloudWatch would refuse. */
  private static void assertLimits(byte[] body, JsonNode request) {
    assertThat(body.length).isLessThanOrEqualTo(1_000_000);
    assertThat(request.path("Namespace").asString()).doesNotStartWith("AWS/");
    assertThat(request.path("MetricData").size()).isBetween(1, 1_000);
    double now = now().getEpochSecond();
    for (JsonNode datum : request.path("MetricData")) {
      assertThat(datum.path("Timestamp").asDouble()).isBetween(now - 14 * 86_400, now + 7_200);
      assertThat(datum.path("Dimensions").size()).isLessThanOrEqualTo(30);
      for (JsonNode dimension : datum.path("Dimensions")) {
        assertThat(dimension.path("Name").asString()).hasSizeBetween(1, 255);
        assertThat(dimension.path("Value").asString()).hasSizeBetween(1, 1_024).isPrintable();
      }
      for (JsonNode value : datum.path("StatisticValues")) {
        assertThat(value.asDouble()).isFinite();
      }
    }
  }

  @Seam("CloudWatch compares times with its own")
  private static Instant now() {
    return Instant.now();
  }

  private static Datum read(String namespace, JsonNode datum) {
    Map<String, String> dimensions = new TreeMap<>();
    StreamSupport.stream(datum.path("Dimensions").spliterator(), false)
        .forEach(d -> dimensions.put(d.path("Name").asString(), d.path("Value").asString()));
    JsonNode values = datum.path("StatisticValues");
    return new Datum(
        namespace,
        datum.path("MetricName").asString(),
        datum.path("Unit").asString(),
        dimensions,
        values.path("SampleCount").asDouble(),
        values.path("Sum").asDouble(),
        values.path("Minimum").asDouble(),
        values.path("Maximum").asDouble());
  }

  private static void answer(HttpExchange exchange, int status, Map<String, String> content)
      throws IOException {
    byte[] body = CBOR.writeValueAsBytes(content);
    exchange.getResponseHeaders().set("smithy-protocol", "rpc-v2-cbor");
    exchange.getResponseHeaders().set("Content-Type", "application/cbor");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void await(HttpExchange exchange) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  /** It takes what comes otherwise from now on. */
  void feels(Mood other) {
    mood = other;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Datum> data() {
    return List.copyOf(data);
  }

  /** What a real CloudWatch would have refused. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  List<byte[]> bodies() {
    return List.copyOf(bodies);
  }

  List<String> encodings() {
    return List.copyOf(encodings);
  }

  /** The sum of a series over all that came. */
  double sum(String metric, Map<String, String> dimensions) {
    return data.stream()
        .filter(d -> d.metric().equals(metric) && d.dimensions().equals(dimensions))
        .mapToDouble(Datum::sum)
        .sum();
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
  }
}
