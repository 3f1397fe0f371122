package dev.forebay.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/** An OpenTelemetry collector that keeps what it gets. */
final class OtlpReceiver implements AutoCloseable {
  /** One request, as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  record Post(Map<String, List<String>> headers, byte[] body) {
    String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> header.getValue().getFirst())
          .findFirst()
          .orElse("");
    }
  }

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final AtomicInteger throttlesLeft = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile CountDownLatch holding = new CountDownLatch(0);
  private final List<Post> posts = new CopyOnWriteArrayList<>();

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    posts.add(new Post(Map.copyOf(exchange.getRequestHeaders()), body));
    await(holding);
    if (throttlesLeft.getAndDecrement() > 0) {
      answer(exchange, 429);
      return;
    }
    boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    byte[] plain = gzip ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes() : body;
    ExportTraceServiceRequest.parseFrom(plain)
        .getResourceSpansList()
        .forEach(
            resource ->
                resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
    answered.incrementAndGet();
    answer(exchange, 200);
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** It answers no request from now on. */
  void holds() {
    holding = new CountDownLatch(1);
  }

  /** It answers all that wait, and all that come. */
  void letsGo() {
    holding.countDown();
  }

  /** It refuses that many posts from now on, as one who has too much to do. */
  void throttles(int posts) {
    throttlesLeft.set(posts);
  }

  /** How many posts it has taken. */
  int answered() {
    return answered.get();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Span> spans() {
    return List.copyOf(spans);
  }

  List<Post> posts() {
    return List.copyOf(posts);
  }

  /** The one span of a call. */
  Span call() {
    return spans.stream()
        .filter(span -> span.getName().equals("invoke_bedrock"))
        .reduce(
            (one, other) -> {
              throw new AssertionError("two calls");
            })
        .orElseThrow();
  }

  /** The spans of attempts, in their order. */
  List<Span> attempts() {
    return spans.stream()
        .filter(span -> !span.getName().equals("invoke_bedrock"))
        .sorted(
            (one, other) ->
                attribute(one, "forebay.attempt").compareTo(attribute(other, "forebay.attempt")))
        .toList();
  }

  static String attribute(Span span, String key) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(attribute -> text(attribute.getValue()))
        .findFirst()
        .orElse("");
  }

  static String hex(com.google.protobuf.ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case ARRAY_VALUE ->
          String.join(
              ",", value.getArrayValue().getValuesList().stream().map(OtlpReceiver::text).toList());
      default -> throw new AssertionError("no such value here: " + value);
    };
  }

  @Override
  public void close() {
    letsGo();
    server.stop(0);
  }
}
