package dev.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionLimiterTest {
  private static final int MAX = 3;

  private final Vertx vertx = Vertx.vertx();
  private final ConnectionLimiter connectionLimiter = new ConnectionLimiter(Ticker.system(), MAX);
  private final List<Socket> sockets = new ArrayList<>();
  private int port;

  @BeforeEach
  void listen() throws IOException {
    HttpServer server =
        vertx
            .createHttpServer()
            .connectionHandler(connectionLimiter::meet)
            .requestHandler(request -> request.response().end("ok"))
            .listen(0, "127.0.0.1")
            .await();
    port = server.actualPort();
    // The first request lets it in, which takes effect within a moment.
    await().until(this::isAtTheDoor);
    await().until(() -> connectionLimiter.connections() == 0);
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void thoseBeyondTheLimitAreTurnedAwayUntilOthersLeave() throws IOException {
    for (int i = 0; i < MAX; i++) {
      assertThat(isServed(open())).isTrue();
    }
    assertThat(isServed(open())).isFalse();
    assertThat(isServed(open())).isFalse();
    assertThat(connectionLimiter.turnedAway()).isEqualTo(2);
    assertThat(isServed(sockets.getFirst())).as("those inside are served").isTrue();

    sockets.getFirst().close();
    await().until(() -> connectionLimiter.connections() == MAX - 1);

    assertThat(isServed(open())).isTrue();
  }

  private boolean isAtTheDoor() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      assertThat(isServed(socket)).isTrue();
      return connectionLimiter.connections() == 1;
    }
  }

  private Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  private static boolean isServed(Socket socket) throws IOException {
    try {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      StringBuilder read = new StringBuilder();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (read.append((char) next).indexOf("ok") >= 0) {
          return true;
        }
      }
      return false;
    } catch (SocketException closed) {
      return false;
    }
  }
}
