package dev.forebay.it.howto;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.forebay.core.Seam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The part of AWS Lambda that a runtime speaks to, on this machine. */
@Seam("Lambda gives a function the time of day at which it ends it")
final class LambdaRuntimeApi implements AutoCloseable {
  private static final String ROOT = "/2018-06-01/runtime/";
  private static final String ARN = "arn:aws:lambda:us-east-1:111111111111:function:assistant";
  private static final String TRACE =
      "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0";
  private static final String INVOCATIONS = ROOT + "invocation/";

  /**
   * What became of an invocation.
   *
   * @param failed whether the function threw, rather than answered
   */
  record Outcome(boolean failed, String body) {}

  private record Invocation(String id, String event, Duration time) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final ConcurrentHashMap<String, CompletableFuture<Outcome>> outcomes =
      new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  LambdaRuntimeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(ROOT, this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** The value of {@code AWS_LAMBDA_RUNTIME_API}. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Invokes the function.
   *
   * @param time what is left of the function's time
   */
  CompletableFuture<Outcome> invoke(String event, Duration time) {
    String id = "00000000-0000-0000-0000-%012d".formatted(count.incrementAndGet());
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    outcomes.put(id, outcome);
    waiting.add(new Invocation(id, event, time));
    return outcome;
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (path.equals(INVOCATIONS + "next")) {
        next(exchange);
        return;
      }
      if (path.startsWith(INVOCATIONS)) {
        String[] parts = path.substring(INVOCATIONS.length()).split("/", 2);
        @Nullable CompletableFuture<Outcome> outcome = outcomes.remove(parts[0]);
        if (outcome != null) {
          outcome.complete(new Outcome(parts[1].equals("error"), body));
        }
      } else if (path.equals(ROOT + "init/error")) {
        outcomes.values().forEach(outcome -> outcome.complete(new Outcome(true, body)));
      }
      exchange.sendResponseHeaders(202, -1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void next(HttpExchange exchange) throws IOException, InterruptedException {
    Invocation invocation = waiting.take();
    long deadline = System.currentTimeMillis() + invocation.time().toMillis();
    Map.of(
            "Content-Type",
            "application/json",
            "Lambda-Runtime-Aws-Request-Id",
            invocation.id(),
            "Lambda-Runtime-Deadline-Ms",
            Long.toString(deadline),
            "Lambda-Runtime-Trace-Id",
            TRACE,
            "Lambda-Runtime-Invoked-Function-Arn",
            ARN)
        .forEach(exchange.getResponseHeaders()::set);
    byte[] event = invocation.event().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, event.length);
    exchange.getResponseBody().write(event);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
