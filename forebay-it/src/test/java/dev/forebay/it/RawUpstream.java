package dev.forebay.it;

import dev.forebay.cli.Lifetime;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import java.net.URI;

/** An upstream that answers every request with the same bytes, whatever they are, and hangs up. */
public final class RawUpstream implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetServer server;

  public RawUpstream(Buffer answer) {
    server =
        Lifetime.started(
            vertx
                .createNetServer()
                .connectHandler(
                    socket ->
                        socket.handler(
                            request -> {
                              socket.handler(more -> {});
                              socket.write(answer).onComplete(sent -> socket.close());
                            }))
                .listen(0, "127.0.0.1"),
            "upstream");
  }

  /** An answer with these headers, ended by the end of the connection. */
  public static RawUpstream of(String head, String body) {
    return new RawUpstream(
        Buffer.buffer("HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n" + body));
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
