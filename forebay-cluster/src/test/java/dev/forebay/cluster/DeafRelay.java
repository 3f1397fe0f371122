package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A relay to a server on the loopback address, which can lose what comes back on some connections
 * while they stay open, as a firewall does that gave them up.
 */
final class DeafRelay implements AutoCloseable {
  private final int to;
  private final ServerSocket server;
  private final List<Way> ways = new CopyOnWriteArrayList<>();

  private static final class Way {
    final Socket client;
    final Socket server;
    volatile boolean subscribed;
    volatile boolean deaf;

    Way(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }
  }

  /** To the server at that port. */
  DeafRelay(int to) {
    this.to = to;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread unused = Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Loses from now on what comes back on the connections that have subscribed until now. */
  void loseNews() {
    ways.stream().filter(way -> way.subscribed).forEach(way -> way.deaf = true);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Way way = new Way(server.accept(), new Socket(InetAddress.getLoopbackAddress(), to));
        ways.add(way);
        Thread unused = Thread.ofVirtual().start(() -> there(way));
        Thread unusedToo = Thread.ofVirtual().start(() -> back(way));
      } catch (IOException e) {
        // Closed, or the server is not there.
      }
    }
  }

  private static void there(Way way) {
    try (way.client;
        way.server) {
      byte[] bytes = new byte[8_192];
      InputStream in = way.client.getInputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (new String(bytes, 0, n, ISO_8859_1).contains("SUBSCRIBE")) {
          way.subscribed = true;
        }
        way.server.getOutputStream().write(bytes, 0, n);
      }
    } catch (IOException e) {
      // One side has left.
    }
  }

  private static void back(Way way) {
    try (way.client;
        way.server) {
      byte[] bytes = new byte[8_192];
      InputStream in = way.server.getInputStream();
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (!way.deaf) {
          way.client.getOutputStream().write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      // One side has left.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Way way : ways) {
        way.client.close();
        way.server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
