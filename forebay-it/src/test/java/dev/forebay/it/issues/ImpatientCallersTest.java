package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.it.WireUpstream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Callers whose read timeout ends before the route's deadline, and that retry then. */
class ImpatientCallersTest {
  @Test
  void theyAreCountedAndSaidInOneLineEach() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.forebay.gateway.live.CallerHabits");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try (WireUpstream silent = WireUpstream.answering((connection, request) -> {});
        WireGateway gateway = new WireGateway(WireGateway.one(silent.endpoint(), ""))) {
      for (int attempt = 1; attempt <= 3; attempt++) {
        int arrived = attempt;
        try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
          String body = WireGateway.CONVERSE_BODY;
          caller
              .getOutputStream()
              .write(
                  """
                  POST /model/m/converse HTTP/1.1\r
                  Host: localhost\r
                  Amz-Sdk-Request: attempt=%d; max=3\r
                  Content-Type: application/json\r
                  Content-Length: %d\r
                  \r
                  %s"""
                      .formatted(attempt, body.length(), body)
                      .getBytes(StandardCharsets.ISO_8859_1));
          Awaitility.await().until(() -> silent.seen().size() == arrived);
        }
      }
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(gateway.gateway().callers().left()).containsEntry("m", 3L));
      assertThat(gateway.gateway().callers().repeated()).containsEntry("m", 2L);
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(List.copyOf(logged.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("Route m: a caller left after").contains("timeout"),
            line -> assertThat(line).contains("Route m: a caller retries"));
  }
}
