package com.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider with an API of its own. Its larger model throttles two of three calls. */
final class OtherProvider implements AutoCloseable {
  private final HttpServer server;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger throttled = new AtomicInteger();

  OtherProvider() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  int throttled() {
    return throttled.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String document =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean refused =
          exchange.getRequestURI().getPath().endsWith("large") && calls.getAndIncrement() % 3 != 0;
      if (refused) {
        throttled.incrementAndGet();
      }
      byte[] text =
          (refused ? "slow down" : "a summary of " + document).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(refused ? 429 : 200, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
