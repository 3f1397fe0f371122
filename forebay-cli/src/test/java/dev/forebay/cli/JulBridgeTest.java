package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JulBridgeTest {
  private static final String LIBRARY = "io.opentelemetry.exporter.internal.Test";

  private final java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
  private final Handler[] before = root.getHandlers();
  private final Logger logger = (Logger) LoggerFactory.getLogger(LIBRARY);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void install() {
    JulBridge.install();
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void restore() {
    logger.detachAppender(logged);
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    for (Handler handler : before) {
      root.addHandler(handler);
    }
  }

  @Test
  void anExceptionIsOneLineOfTheGatewaysOwnLog() {
    java.util.logging.Logger library = java.util.logging.Logger.getLogger(LIBRARY);
    library.log(
        java.util.logging.Level.SEVERE,
        "Failed to export spans.\nThe request could not be executed.",
        new java.io.IOException("connection refused"));

    assertThat(logged.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.WARN);
              assertThat(line.getThrowableProxy()).isNull();
              assertThat(line.getFormattedMessage())
                  .isEqualTo(
                      "Failed to export spans. The request could not be executed.:"
                          + " java.io.IOException: connection refused");
            });
    assertThat(root.getHandlers()).singleElement().isInstanceOf(JulBridge.class);
  }

  @Test
  void parametersAreFilledInAndFineLinesAreLeftOut() {
    java.util.logging.Logger library = java.util.logging.Logger.getLogger(LIBRARY);
    library.log(java.util.logging.Level.WARNING, "{0} spans lost", 3);
    library.log(java.util.logging.Level.FINE, "details");

    assertThat(logged.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("3 spans lost");
  }
}
