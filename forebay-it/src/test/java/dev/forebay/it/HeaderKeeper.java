package dev.forebay.it;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A model that answers every Converse call, and keeps the headers that it saw. */
final class HeaderKeeper implements AutoCloseable {
  private static final String ANSWER =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "Yes."}]}},
       "stopReason": "end_turn", "metrics": {"latencyMs": 1},
       "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}}""";

  private final HttpServer server;
  private final List<Headers> seen = new CopyOnWriteArrayList<>();

  HeaderKeeper() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    seen.add(exchange.getRequestHeaders());
    byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("x-amzn-RequestId", "request-1");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Headers> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
