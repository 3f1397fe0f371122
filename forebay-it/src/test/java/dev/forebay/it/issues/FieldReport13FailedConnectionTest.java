package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.it.WireUpstream;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Operators and callers see why a connection failed. */
@Isolated("It reads a logger of the process.")
class FieldReport13FailedConnectionTest {
  @TempDir static Path folder;

  private final Logger logger =
      (Logger) LoggerFactory.getLogger("dev.forebay.engine.upstream.ConnectionLog");
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  @Test
  void anUnknownName() throws Exception {
    check("http://no-such-host.invalid:8080", "", "no-such-host.invalid:8080", "name not found");
  }

  @Test
  void aPortWhereNoServerListens() throws Exception {
    WireUpstream gone = WireUpstream.answering((connection, request) -> {});
    gone.close();

    check(gone.endpoint(), "", "127.0.0.1:" + gone.port(), "connection refused");
  }

  @Test
  void aConnectionThatIsReset() throws Exception {
    try (WireUpstream rude = WireUpstream.answering((c, request) -> c.reset())) {
      check(rude.endpoint(), "", "127.0.0.1:" + rude.port(), "connection reset");
    }
  }

  @Test
  void aConnectionThatIsClosed() throws Exception {
    try (WireUpstream rude = WireUpstream.answering((c, request) -> c.socket().close())) {
      check(rude.endpoint(), "", "127.0.0.1:" + rude.port(), "connection closed");
    }
  }

  @Test
  void aPortThatSpeaksNoTls() throws Exception {
    try (WireUpstream plain =
        WireUpstream.playing(
            connection -> {
              connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
              connection.next();
            })) {
      check("https://127.0.0.1:" + plain.port(), "", "127.0.0.1", "no TLS at that port");
    }
  }

  @Test
  void certificatesThatAreNotTrusted() throws Exception {
    TestAuthority authority = TestAuthority.in(folder);
    String ca = ", ca: \"" + authority.pem() + "\"";
    try (WireUpstream good = tls(authority, "ip:127.0.0.1");
        WireUpstream other = tls(authority, "dns:another.example");
        WireUpstream old = tls(authority, "ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
        WireUpstream early =
            tls(authority, "ip:127.0.0.1", "-startdate", "+5d", "-validity", "9", "-noprompt")) {
      check(url(good), "", "127.0.0.1", "certificate of an unknown authority");
      check(url(other), ca, "127.0.0.1", "certificate is for another name");
      check(url(old), ca, "127.0.0.1", "certificate expired");
      check(url(early), ca, "127.0.0.1", "certificate not valid yet");
    }
  }

  private static WireUpstream tls(TestAuthority authority, String name, String... more)
      throws Exception {
    return WireUpstream.answering(
        authority.serverFor(name, more), (c, request) -> c.json(200, WireUpstream.CONVERSE));
  }

  private static String url(WireUpstream upstream) {
    return "https://127.0.0.1:" + upstream.port();
  }

  /** Three calls: three causes for callers, one line for operators. */
  private void check(String endpoint, String target, String host, String cause) throws Exception {
    logged.list.clear();
    try (WireGateway gateway = new WireGateway(WireGateway.one(endpoint, target))) {
      assertThat(gateway.target("one").getValue("connectionError")).isNull();
      for (int i = 0; i < 3; i++) {
        HttpResponse<byte[]> answer = gateway.converse();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(WireGateway.text(answer)).contains(host).contains(cause);
      }
      JsonObject status = gateway.target("one").getJsonObject("connectionError");
      assertThat(status.getString("message")).contains(host).contains(cause);
      assertThat(Instant.parse(status.getString("at"))).isNotNull();
    }
    assertThat(List.copyOf(logged.list))
        .singleElement()
        .satisfies(line -> assertThat(line.getLevel()).isEqualTo(Level.WARN))
        .satisfies(
            line ->
                assertThat(line.getFormattedMessage())
                    .startsWith("Target one: ")
                    .contains(host)
                    .contains(cause));
  }
}
