package dev.forebay.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An upstream's side of one connection, with all the rude things that it can do. */
final class Peer {
  private final Socket socket;
  private final InputStream in;
  private final CountDownLatch testOver;

  Peer(Socket socket, CountDownLatch testOver) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.testOver = testOver;
    socket.setTcpNoDelay(true);
  }

  /** Reads a request to its end and returns its path; empty if the connection has ended. */
  String request() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).trim());
      }
    }
    in.skipNBytes(length);
    return head.substring(head.indexOf(" ") + 1, head.indexOf(" HTTP/"));
  }

  Peer send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  Peer send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The beginning of an event stream. */
  Peer streamHead() throws IOException {
    return send(
        String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Type: application/vnd.amazon.eventstream",
            "x-amzn-RequestId: 11111111-2222-3333-4444-555555555555",
            "Connection: close",
            "Transfer-Encoding: chunked",
            "",
            ""));
  }

  /** More of it. */
  Peer chunk(byte[] bytes) throws IOException {
    return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
  }

  /** A chunk for each byte, and again from the start if there is a pause between. */
  void dripChunks(byte[] bytes, int pauseMillis) throws IOException {
    do {
      for (byte each : bytes) {
        pause(pauseMillis).chunk(new byte[] {each});
      }
    } while (pauseMillis > 0);
  }

  /** Its clean end. */
  void lastChunk() throws IOException {
    send("0\r\n\r\n");
  }

  /** A whole answer. */
  void answer(int status, String headers, String body) throws IOException {
    send(
        "HTTP/1.1 %d Status\r\n%sConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(status, headers, body.length(), body));
  }

  /** Says nothing for so long, or until the test is over. */
  Peer pause(int millis) throws IOException {
    if (millis == 0) {
      return this;
    }
    try {
      if (testOver.await(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("the test is over");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return this;
  }

  /** Says nothing any more; leaves when the other side does. */
  void hang() throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** Sends RST in place of FIN. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }
}
