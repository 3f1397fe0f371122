package dev.forebay.it.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.bedrock.Frame;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An upstream that answers with so many bytes; with few if the request says {@code small}. */
final class LargeAnswers implements AutoCloseable {
  private static final String TEXT = "x";

  private final ServerSocket server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final boolean announces;
  private final byte[] large;
  private final byte[] small;
  private final byte[] stream;

  /**
   * Begins to listen.
   *
   * @param announces whether answers have a length, or come in chunks
   */
  LargeAnswers(int bytes, boolean announces) throws IOException {
    this.announces = announces;
    this.large = answer(bytes);
    this.small = answer(1_000);
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    frames.writeBytes(Frame.event("messageStart", "{\"role\":\"assistant\"}".getBytes(UTF_8)));
    frames.writeBytes(
        Frame.event(
            "contentBlockDelta",
            ("{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + TEXT.repeat(bytes) + "\"}}")
                .getBytes(UTF_8)));
    frames.writeBytes(Frame.event("messageStop", "{\"stopReason\":\"end_turn\"}".getBytes(UTF_8)));
    this.stream = frames.toByteArray();
    threads.execute(this::accept);
  }

  private static byte[] answer(int bytes) {
    return """
        {"output":{"message":{"role":"assistant","content":[{"text":"%s"}]}},"stopReason":"end_turn",\
        "usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":5}}"""
        .formatted(TEXT.repeat(bytes))
        .getBytes(UTF_8);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  int answerBytes() {
    return large.length;
  }

  int streamBytes() {
    return stream.length;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String request = readRequest(in);
      boolean streams = request.contains("converse-stream");
      byte[] body = streams ? stream : request.contains("small") ? small : large;
      String type = streams ? "application/vnd.amazon.eventstream" : "application/json";
      String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + type;
      OutputStream out = socket.getOutputStream();
      if (announces) {
        out.write((head + "\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
        out.write(body);
      } else {
        out.write((head + "\r\nTransfer-Encoding: chunked\r\n\r\n").getBytes(UTF_8));
        for (int from = 0; from < body.length; from += 60_000) {
          int length = Math.min(60_000, body.length - from);
          out.write((Integer.toHexString(length) + "\r\n").getBytes(UTF_8));
          out.write(body, from, length);
          out.write("\r\n".getBytes(UTF_8));
        }
        out.write("0\r\n\r\n".getBytes(UTF_8));
      }
      out.flush();
    } catch (IOException e) {
      // The gateway has given the answer up.
    }
  }

  private static String readRequest(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    int at = head.toString().toLowerCase(Locale.ROOT).indexOf("content-length: ");
    int length = Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
    return head + new String(in.readNBytes(length), UTF_8);
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
