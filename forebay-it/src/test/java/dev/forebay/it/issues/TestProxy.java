package dev.forebay.it.issues;

import dev.forebay.it.WireUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that knows every name: it sends all tunnels to one port of this machine, and
 * answers requests for whole addresses by itself.
 */
final class TestProxy implements AutoCloseable {
  private final WireUpstream server;
  private final int port;
  private final @Nullable String password;
  private final List<WireUpstream.Seen> seen = new CopyOnWriteArrayList<>();

  /**
   * Starts one.
   *
   * @param port where tunnels lead to; 0: the proxy refuses all
   * @param password what it asks for, as user {@code forebay}; null: nothing
   */
  TestProxy(int port, @Nullable String password) {
    this.port = port;
    this.password = password;
    this.server = WireUpstream.playing(this::serve);
  }

  String address() {
    return "http://127.0.0.1:" + server.port();
  }

  int portNumber() {
    return server.port();
  }

  List<WireUpstream.Seen> seen() {
    return List.copyOf(seen);
  }

  private void serve(WireUpstream.Connection connection) throws IOException {
    for (Optional<WireUpstream.Seen> next = connection.next();
        next.isPresent();
        next = connection.next()) {
      WireUpstream.Seen request = next.get();
      seen.add(request);
      if (!allows(request)) {
        connection.answer(407, "Proxy-Authenticate: Basic realm=\"p\"\r\n", new byte[0]);
      } else if (port == 0) {
        connection.answer(403, "", new byte[0]);
      } else if (request.line().startsWith("CONNECT ")) {
        connection.send("HTTP/1.1 200 Connected\r\n\r\n");
        tunnel(connection);
        return;
      } else {
        connection.json(200, WireUpstream.CONVERSE);
      }
    }
  }

  private boolean allows(WireUpstream.Seen request) {
    String wanted =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(("forebay:" + password).getBytes(StandardCharsets.UTF_8));
    return password == null || wanted.equals(request.headers().get("proxy-authorization"));
  }

  private void tunnel(WireUpstream.Connection connection) throws IOException {
    try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread back = Thread.startVirtualThread(() -> copy(target, connection.socket()));
      pipe(connection.in(), target.getOutputStream());
      target.shutdownOutput();
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      pipe(from.getInputStream(), to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException gone) {
      // One of the two has left.
    }
  }

  private static void pipe(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      out.flush();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
