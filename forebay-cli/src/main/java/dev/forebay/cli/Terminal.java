package dev.forebay.cli;

import java.io.Console;

/** What the output goes to. */
final class Terminal {
  private Terminal() {}

  /**
   * Whether a person looks at it, on something that understands more than lines. Before JDK 22
   * there was no console without a terminal.
   */
  @SuppressWarnings("SystemConsoleNull")
  static boolean isOne() {
    Console console = System.console();
    String kind = System.getenv("TERM");
    return console != null && isTerminal(console) && kind != null && !kind.equals("dumb");
  }

  /** See <a href="https://no-color.org">no-color.org</a>. */
  static boolean wantsColours() {
    String never = System.getenv("NO_COLOR");
    return never == null || never.isEmpty();
  }

  /** From JDK 22 on there may be one without a terminal, and a method that says so. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
