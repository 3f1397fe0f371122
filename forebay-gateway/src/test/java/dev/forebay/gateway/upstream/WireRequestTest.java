package dev.forebay.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.TargetConfig;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request reports, also if the HTTP client under it fails. */
class WireRequestTest {
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello";

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private ServerSocket server;
  private VertxTransport transport;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    transport = new VertxTransport(target(server.getLocalPort()), vertx);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static TargetConfig target(int port) {
    String yaml =
        """
        targets: { one: { region: us-east-1, endpoint: "http://127.0.0.1:%d", credentials: anonymous } }
        routes: { "*": { tiers: [[one]] } }
        """
            .formatted(port);
    return Objects.requireNonNull(
        ConfigFile.parse(yaml, "one.yaml", Map.of()).targets().get("one"));
  }

  /** Answers so many requests on the first connection, and closes it when the next one comes. */
  private void answer(int requests) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (Socket socket = server.accept();
                  BufferedReader in =
                      new BufferedReader(
                          new InputStreamReader(
                              socket.getInputStream(), StandardCharsets.US_ASCII))) {
                for (int i = 0; readHead(in) && i < requests; i++) {
                  socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
  }

  private static boolean readHead(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && !line.isEmpty()) {
      line = in.readLine();
    }
    return line != null;
  }

  private Reports send() {
    Reports reports = new Reports();
    Transport.Request request =
        new Transport.Request("GET", "/model", new Headers(), new byte[0], true);
    context.runOnContext(on -> transport.send(request, reports));
    return reports;
  }

  @Test
  void anAnswerInOnePacketIsReportedInOrder() throws Exception {
    answer(1);
    assertThat(send().last()).isEqualTo("end");
  }

  @Test
  void eventsAreNeitherLostNorEarly() throws Exception {
    answer(50);
    for (int i = 0; i < 50; i++) {
      Reports reports = send();
      assertThat(reports.last()).isEqualTo("end");
      assertThat(reports.all).containsExactly("begins", "sent", "head", "piece", "end");
    }
  }

  @Test
  void aClosedTransportReportsADefect() throws Exception {
    transport.close();
    assertThat(send().last()).isEqualTo("defect");
  }

  /** The second request finds the kept connection dead; the connection in its place fails too. */
  @Test
  void aRequestThatCannotBeSentAgainReportsADefect() throws Exception {
    answer(1);
    assertThat(send().last()).isEqualTo("end");
    context.runOnContext(on -> transport.freshClient().close());
    Reports second = send();
    assertThat(second.last()).isEqualTo("defect");
    assertThat(second.all).containsExactly("begins", "sent", "defect");
  }

  /** A transport that was closed meanwhile opens no connections any more. */
  @Test
  void aClosedTransportOpensNoOtherConnection() throws Exception {
    answer(1);
    assertThat(send().last()).isEqualTo("end");
    Reports second = new Reports();
    Transport.Request request =
        new Transport.Request("GET", "/model", new Headers(), new byte[0], true);
    context.runOnContext(
        on -> {
          transport.send(request, second);
          transport.close();
        });
    assertThat(second.last()).isIn("defect", "failed");
  }

  private static final class Reports implements Transport.Receiver {
    private final List<String> all = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> last = new CompletableFuture<>();

    String last() throws Exception {
      return last.get(10, TimeUnit.SECONDS);
    }

    private void ends(String how) {
      all.add(how);
      last.complete(how);
    }

    @Override
    public void begins(Transport.Control control) {
      all.add("begins");
    }

    @Override
    public void sent() {
      all.add("sent");
    }

    @Override
    public void head(Transport.Head head) {
      all.add("head");
    }

    @Override
    public void piece(ByteBuffer bytes) {
      all.add("piece");
    }

    @Override
    public void end() {
      ends("end");
    }

    @Override
    public void failed(Transport.Failure failure) {
      ends("failed");
    }

    @Override
    public void defect(Throwable cause) {
      ends("defect");
    }
  }
}
