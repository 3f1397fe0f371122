package dev.forebay.emulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A TCP connection that shows what really comes over the wire. */
final class RawConnection implements AutoCloseable {
  private final Socket socket;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
  }

  /** How the other side ended the connection. */
  enum Ending {
    FIN,
    RST
  }

  static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads until the other side ends the connection. */
  Ending readToEnd() throws IOException {
    InputStream in = socket.getInputStream();
    try {
      in.transferTo(received);
      return Ending.FIN;
    } catch (SocketException e) {
      return Ending.RST;
    }
  }

  /** Reads until the text has come. */
  String readUntil(String text) throws IOException {
    InputStream in = socket.getInputStream();
    while (!received().contains(text)) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("ended before " + text + ": " + received());
      }
      received.write(next);
    }
    return received();
  }

  String received() {
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
