package dev.forebay.gateway;

import static dev.forebay.gateway.FuzzTargets.check;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.forebay.config.ConfigFile;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.engine.http.Refusals;
import dev.forebay.gateway.admin.MetricsPage;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What comes over a connection, read by a whole gateway, from a caller or from its target. */
final class WireFuzz {
  private static final String LAST =
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  /** In turn, so that one that asks for a pause is not called again at once. */
  private static final int TARGETS = 64;

  private static final AtomicInteger TURN = new AtomicInteger();

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
  private static final String CALL =
      "POST /model/chat%d/converse HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
          + BODY.length()
          + "\r\n\r\n"
          + BODY;

  /**
   * A connection whose input promises more is left after that: there is nothing to judge. A fuzzer
   * has no time to wait for a gateway that waits.
   */
  private static final boolean HURRIES = System.getProperty("fuzz.target") != null;

  private static final int MAX_WAIT_MS = HURRIES ? 20 : 5_000;

  private WireFuzz() {}

  /** The gateway is made when it is asked for first. */
  private static final class Running {
    static final RawTarget TARGET = new RawTarget();
    static final int PORT = start();

    private static int start() {
      try {
        return Gateway.start(
                ConfigFile.parse(config(), "fuzz.yaml", Map.of()),
                new Gateway.Surroundings(
                    new Journeys(),
                    JourneyListener.NONE,
                    CallTracing.NONE,
                    accept -> new MetricsPage.Page("text/plain", new byte[0]),
                    Ticker.system(),
                    new SplittableRandom(1)),
                Vertx.vertx())
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS)
            .port();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String config() {
    StringBuilder targets = new StringBuilder();
    StringBuilder routes = new StringBuilder();
    for (int i = 0; i < TARGETS; i++) {
      targets.append(
          "  t%d: { region: us-east-1, model: \"amazon.nova-lite-v1:0\", endpoint: \"http://127.0.0.1:%d\", credentials: anonymous }\n"
              .formatted(i, Running.TARGET.port()));
      routes.append(
          "  chat%d: { tiers: [[t%d]], deadline: 1s, breaker: { openFor: 1ms }, retry: { maxAttempts: 1 } }\n"
              .formatted(i, i));
    }
    return "server: { port: 0 }\ntargets:\n%sroutes:\n%s".formatted(targets, routes);
  }

  /** A target that answers each request with the same bytes, and hangs up. */
  private static final class RawTarget {
    private static final byte[] GOOD =
        "HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n{\"stopReason\":\"end_turn\",\"output\":{}}"
            .getBytes(ISO_8859_1);

    private final ServerSocket server;
    private volatile byte[] answer = GOOD;

    RawTarget() {
      try {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Thread.ofPlatform().daemon().name("target").start(this::serve);
    }

    int port() {
      return server.getLocalPort();
    }

    private void serve() {
      while (true) {
        try (Socket socket = server.accept()) {
          InputStream in = socket.getInputStream();
          byte[] request = new byte[8_192];
          if (in.read(request) > 0) {
            socket.getOutputStream().write(answer);
          }
        } catch (IOException e) {
          // The gateway hung up first.
        }
      }
    }
  }

  /** Sends the bytes and one more request, and looks at what comes back. */
  static void connection(byte[] input) throws IOException {
    Running.TARGET.answer = RawTarget.GOOD;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(input);
    all.writeBytes(LAST.getBytes(ISO_8859_1));
    judge(all.toByteArray(), !new String(input, ISO_8859_1).startsWith("PRI "));
  }

  /** Lets the target answer with the bytes. */
  static void target(byte[] input) throws IOException {
    Running.TARGET.answer = input;
    judge(CALL.formatted(TURN.getAndIncrement() % TARGETS).getBytes(ISO_8859_1), true);
  }

  private static void judge(byte[] sent, boolean http1) throws IOException {
    String answers;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Running.PORT)) {
      socket.setSoTimeout(MAX_WAIT_MS);
      answers = answers(socket, sent);
    }
    check(
        !http1 || answers.startsWith("HTTP/1.") || (answers.isEmpty() && HURRIES),
        "no HTTP: " + answers);
    check(!answers.contains(Refusals.DEFECT.message()), "a defect: " + answers);
  }

  private static String answers(Socket socket, byte[] bytes) {
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    try {
      socket.getOutputStream().write(bytes);
      InputStream in = socket.getInputStream();
      byte[] part = new byte[8_192];
      for (int length = in.read(part); length >= 0; length = in.read(part)) {
        answers.write(part, 0, length);
      }
    } catch (IOException e) {
      // Waits for the rest of what the input began, or was closed after a refusal.
    }
    return answers.toString(ISO_8859_1);
  }
}
