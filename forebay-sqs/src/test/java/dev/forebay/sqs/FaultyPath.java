package dev.forebay.sqs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a server of SQS, counts the calls by action, and fails those of chosen actions. */
final class FaultyPath implements AutoCloseable {
  private static final String TARGET = "X-Amz-Target";

  /** What becomes of the calls of an action. */
  enum Fault {
    /** Not passed on, status 500. */
    FAILED,
    /** Not passed on, but answered as if it had been. */
    PRETENDED
  }

  private final URI server;
  private final HttpServer path;
  private final Http http = Http.offeringHttp2();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

  FaultyPath(URI server) throws IOException {
    this.server = server;
    this.path = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    path.setExecutor(threads);
    path.createContext("/", this::handle);
    path.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + path.getAddress().getPort());
  }

  void fail(String action, Fault how) {
    faults.put(action, how);
  }

  void heal(String action) {
    faults.remove(action);
  }

  int count(String action) {
    return counts.computeIfAbsent(action, first -> new AtomicInteger()).get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = String.valueOf(exchange.getRequestHeaders().getFirst(TARGET));
      String action = target.substring(target.indexOf('.') + 1);
      byte[] body = exchange.getRequestBody().readAllBytes();
      counts.computeIfAbsent(action, first -> new AtomicInteger()).incrementAndGet();
      Fault fault = faults.get(action);
      if (fault == Fault.FAILED) {
        answer(exchange, 500, "{\"__type\":\"InternalFailure\"}".getBytes(StandardCharsets.UTF_8));
      } else if (fault == Fault.PRETENDED) {
        answer(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
      } else {
        HttpResponse<byte[]> response = http.bytes(passedOn(exchange, body));
        answer(exchange, response.statusCode(), response.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest passedOn(HttpExchange exchange, byte[] body) {
    List<String> headers = new ArrayList<>();
    for (String name : new String[] {TARGET, "Content-Type"}) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        headers.addAll(List.of(name, value));
      }
    }
    return Http.post(
        server.resolve(exchange.getRequestURI().getPath()),
        new String(body, StandardCharsets.UTF_8),
        headers.toArray(String[]::new));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    path.stop(0);
    threads.shutdownNow();
    http.close();
  }
}
