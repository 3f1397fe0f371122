package dev.forebay.it;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream that speaks HTTP/1.1 byte by byte, and keeps every request that it got. */
public final class WireUpstream implements AutoCloseable {
  /**
   * A request as it came.
   *
   * @param line the request line
   * @param headers by name in lower case; several values are joined by a comma
   */
  public record Seen(String line, Map<String, String> headers, String body) {
    public String path() {
      return line.split(" ", -1)[1];
    }
  }

  /** One connection. */
  public record Connection(Socket socket, InputStream in, int number) {
    /** The next request; empty at the connection's end. */
    public Optional<Seen> next() throws IOException {
      String head = head();
      if (head.isEmpty()) {
        return Optional.empty();
      }
      List<String> lines = List.of(head.split("\r\n", -1));
      Map<String, String> headers = new TreeMap<>();
      for (String line : lines.subList(1, lines.size())) {
        int colon = line.indexOf(':');
        headers.merge(
            line.substring(0, colon).toLowerCase(Locale.ROOT),
            line.substring(colon + 1).trim(),
            (a, b) -> a + ", " + b);
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      byte[] body = in.readNBytes(length);
      return Optional.of(
          new Seen(lines.getFirst(), headers, new String(body, StandardCharsets.UTF_8)));
    }

    private String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          return "";
        }
        head.append((char) next);
      }
      return head.substring(0, head.length() - 4);
    }

    public void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    public void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A whole answer that leaves the connection open. */
    public void answer(int status, String headers, byte[] body) throws IOException {
      byte[] head =
          "HTTP/1.1 %d Status\r\n%sContent-Length: %d\r\n\r\n"
              .formatted(status, headers, body.length)
              .getBytes(StandardCharsets.ISO_8859_1);
      byte[] all = new byte[head.length + body.length];
      System.arraycopy(head, 0, all, 0, head.length);
      System.arraycopy(body, 0, all, head.length, body.length);
      send(all);
    }

    public void json(int status, String body) throws IOException {
      answer(status, "Content-Type: application/json\r\n", body.getBytes(StandardCharsets.UTF_8));
    }

    /** An answer that does not end until its reader goes away. */
    public void endless(int status) throws IOException {
      send("HTTP/1.1 %d Status\r\nTransfer-Encoding: chunked\r\n\r\n".formatted(status));
      while (true) {
        send("10000\r\n" + " ".repeat(0x10000) + "\r\n");
      }
    }

    /** Ends the connection by RST. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  /** What the upstream does with a connection. */
  @FunctionalInterface
  public interface Script {
    void play(Connection connection) throws IOException;
  }

  /** What the upstream does with a request. */
  @FunctionalInterface
  public interface Answers {
    void give(Connection connection, Seen request) throws IOException;
  }

  /** An answer of Converse that is well-formed. */
  public static final String CONVERSE =
      """
      {"output": {"message": {"role": "assistant", "content": [{"text": "Yes."}]}},
       "stopReason": "end_turn", "metrics": {"latencyMs": 1},
       "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}}""";

  private final ServerSocket server;
  private final Script script;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Seen> seen;
  private final AtomicInteger connections = new AtomicInteger();

  private WireUpstream(ServerSocket server, List<Seen> seen, Script script) {
    this.server = server;
    this.seen = seen;
    this.script = script;
    threads.execute(this::accept);
  }

  /** Plays a script on every connection. */
  public static WireUpstream playing(Script script) {
    return playing(plain(), script);
  }

  public static WireUpstream playing(ServerSocket server, Script script) {
    return new WireUpstream(server, new CopyOnWriteArrayList<>(), script);
  }

  /** Answers every request, and keeps connections open. */
  public static WireUpstream answering(Answers answers) {
    return answering(plain(), answers);
  }

  public static WireUpstream answering(ServerSocket server, Answers answers) {
    List<Seen> seen = new CopyOnWriteArrayList<>();
    return new WireUpstream(
        server,
        seen,
        connection -> {
          for (Optional<Seen> next = connection.next();
              next.isPresent();
              next = connection.next()) {
            seen.add(next.get());
            answers.give(connection, next.get());
          }
        });
  }

  /** Answers the first request of every connection with the same bytes, and hangs up. */
  public static WireUpstream saying(byte[] answer) {
    return playing(
        connection -> {
          if (connection.next().isPresent()) {
            connection.send(answer);
          }
        });
  }

  /** Likewise, with these headers and a body that the connection's end ends. */
  public static WireUpstream saying(String head, String body) {
    String answer = "HTTP/1.1 " + head + "\r\nConnection: close\r\n\r\n" + body;
    return saying(answer.getBytes(StandardCharsets.UTF_8));
  }

  public static ServerSocket plain() {
    try {
      return new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  public int connections() {
    return connections.get();
  }

  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** Drops what came so far. */
  public void forget() {
    seen.clear();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket socket = server.accept();
        sockets.add(socket);
        int number = connections.incrementAndGet();
        threads.execute(() -> play(socket, number));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void play(Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      script.play(new Connection(socket, new BufferedInputStream(socket.getInputStream()), number));
    } catch (IOException | NumberFormatException gone) {
      // The gateway has left, or does not trust the upstream.
    }
  }

  @Override
  public void close() {
    closeQuietly(server);
    sockets.forEach(WireUpstream::closeQuietly);
    threads.shutdownNow();
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is closed.
    }
  }
}
