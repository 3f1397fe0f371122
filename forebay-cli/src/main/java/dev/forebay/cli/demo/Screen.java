package dev.forebay.cli.demo;

import java.io.PrintWriter;
import java.util.function.Consumer;

/** Shows how the run stands, until it is closed. */
public interface Screen extends Consumer<Progress> {
  /**
   * The screen that fits where the output goes.
   *
   * @param terminal whether a person looks at it
   * @param colours whether that person wants colours
   */
  static Screen of(PrintWriter out, boolean terminal, boolean colours) {
    return terminal ? new LiveTable(out, colours) : new PlainLines(out);
  }

  /** Leaves the terminal as it was. Closing again changes nothing. */
  default void close() {}
}
