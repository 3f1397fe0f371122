package dev.forebay.cli;

import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Brings what libraries log by {@code java.util.logging} into the gateway's own log, each message
 * as one line. The stack trace of an exception is in the log at debug only.
 */
final class JulBridge extends Handler {
  private static final SimpleFormatter FORMAT = new SimpleFormatter();

  private JulBridge() {}

  /** Replaces the handlers of the root logger, which would write to standard error. */
  static void install() {
    java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(new JulBridge());
  }

  @Override
  public void publish(@Nullable LogRecord said) {
    if (said == null) {
      return;
    }
    String name = said.getLoggerName();
    Logger log = LoggerFactory.getLogger(name == null || name.isEmpty() ? "jul" : name);
    Throwable thrown = said.getThrown();
    log.atLevel(level(said)).log("{}", line(FORMAT.formatMessage(said), thrown));
    if (thrown != null) {
      log.debug("The exception of the line before", thrown);
    }
  }

  private static String line(@Nullable String message, @Nullable Throwable thrown) {
    String text = message == null ? "" : message;
    String whole = thrown == null ? text : text + ": " + thrown;
    return whole.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** What a library calls severe is no defect of the gateway: it is a warning here. */
  private static Level level(LogRecord said) {
    int level = said.getLevel().intValue();
    if (level >= java.util.logging.Level.WARNING.intValue()) {
      return Level.WARN;
    }
    return level >= java.util.logging.Level.INFO.intValue() ? Level.INFO : Level.DEBUG;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
