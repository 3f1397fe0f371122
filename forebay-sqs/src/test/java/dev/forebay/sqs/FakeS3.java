package dev.forebay.sqs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps objects as S3 does, the first of each key if the writer says so. */
final class FakeS3 implements AutoCloseable {
  private static final int RADIX = 16;

  private final HttpServer server;
  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();

  FakeS3() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The objects by {@code /bucket/key}. */
  Map<String, String> objects() {
    return objects;
  }

  /** The metadata {@code x-forebay-answer} of each object. */
  Map<String, String> answers() {
    return answers;
  }

  /** How many writes came after the first one of the same key. */
  int refused() {
    return refused.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (exchange.getRequestMethod()) {
        case "HEAD" -> exchange.sendResponseHeaders(objects.containsKey(path) ? 200 : 404, -1);
        case "PUT" -> exchange.sendResponseHeaders(put(exchange, path, body), -1);
        default -> exchange.sendResponseHeaders(405, -1);
      }
    }
  }

  private int put(HttpExchange exchange, String path, byte[] body) throws IOException {
    boolean first = "*".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
    String encoding = exchange.getRequestHeaders().getFirst("x-amz-decoded-content-length");
    String text = new String(encoding == null ? body : unchunked(body), StandardCharsets.UTF_8);
    if (first && objects.putIfAbsent(path, text) != null) {
      refused.incrementAndGet();
      return 412;
    }
    objects.put(path, text);
    String answer = exchange.getRequestHeaders().getFirst("x-amz-meta-x-forebay-answer");
    answers.put(path, String.valueOf(answer));
    return 200;
  }

  /** Takes AWS's chunks, each with a signature, apart. */
  private static byte[] unchunked(byte[] body) throws IOException {
    InputStream from = new ByteArrayInputStream(body);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    while (true) {
      String head = line(from);
      int size = Integer.parseInt(head.split(";", 2)[0].trim(), RADIX);
      if (size == 0) {
        return whole.toByteArray();
      }
      whole.write(from.readNBytes(size));
      line(from);
    }
  }

  private static String line(InputStream from) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = from.read(); c >= 0 && c != '\n'; c = from.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
