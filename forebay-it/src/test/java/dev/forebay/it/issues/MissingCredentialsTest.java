package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.forebay.it.WireUpstream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A target without credentials costs two short lines, however many calls fail. */
class MissingCredentialsTest {
  @Test
  void theyAreLoggedOnceAndNotForEachCall() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.forebay");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try (WireUpstream unused = WireUpstream.answering((connection, request) -> {});
        WireGateway gateway =
            new WireGateway(
                WireGateway.one(unused.endpoint(), "")
                    .replace("anonymous", "profile:no-such-profile"))) {
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.converse().statusCode()).isEqualTo(500);
      }
      assertThat(gateway.target("one").getJsonObject("connectionError").getString("message"))
          .contains("no credentials")
          .contains("no-such-profile");
    } finally {
      logger.detachAppender(logged);
    }
    assertThat(List.copyOf(logged.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains("no credentials"))
        .hasSizeBetween(1, 2)
        .allSatisfy(line -> assertThat(line).startsWith("Target one: ").hasSizeLessThan(400));
  }
}
