package dev.forebay.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** A socket to the gateway, for what no well-behaved client sends. */
final class RawHttp implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** How long it waits for the next byte. */
  void patience(Duration atMost) throws SocketException {
    socket.setSoTimeout((int) atMost.toMillis());
  }

  RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.UTF_8));
  }

  RawHttp send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
    return this;
  }

  /** Reads until the gateway closes or the text has come, and not a byte more. */
  String readUntil(String text) throws IOException {
    byte[] end = text.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < end.length) {
      int next;
      try {
        next = in.read();
      } catch (SocketException reset) {
        break;
      }
      if (next < 0) {
        break;
      }
      read.write(next);
      // Enough for texts that do not begin again within themselves.
      matched = next == end[matched] ? matched + 1 : next == end[0] ? 1 : 0;
    }
    return read.toString(StandardCharsets.ISO_8859_1);
  }

  /** Reads until the gateway closes; fails if it does not within the socket's patience. */
  String readToEnd() throws IOException {
    return readUntil("\0there is no such text");
  }

  /** Hangs up, whatever is under way. */
  void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    leave();
  }

  static String get(String path, String... headers) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\n"
        + String.join("", Arrays.stream(headers).map(h -> h + "\r\n").toList())
        + "\r\n";
  }

  static String post(String path, String body, String... headers) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n"
        + String.join("", Arrays.stream(headers).map(h -> h + "\r\n").toList())
        + "\r\n"
        + body;
  }
}
