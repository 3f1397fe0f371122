package dev.forebay.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port where connections are refused: it is bound, so that no server can listen there, and never
 * listens.
 */
public final class ClosedPort implements AutoCloseable {
  private final Socket taken = new Socket();

  public ClosedPort() {
    try {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public String endpoint() {
    return "http://127.0.0.1:" + taken.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    taken.close();
  }
}
