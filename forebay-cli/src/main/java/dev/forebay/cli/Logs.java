package dev.forebay.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/** The log, which a thread of its own writes. */
final class Logs {
  private Logs() {}

  /** For commands that print what they find, so that nothing is said twice. */
  static void onlyErrors() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("dev.forebay").setLevel(Level.ERROR);
    }
  }

  /**
   * Writes what has been said so far, as far as that succeeds in a second; the log is over then.
   */
  static void end() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }
}
