package dev.forebay.gateway.loop;

/**
 * What is left to do when the memory is used up: to end the process, so that its supervisor starts
 * another. It would go on otherwise with calls that wait for ever, as parts of it are lost.
 */
public final class OutOfMemoryExit {
  /** As the JVM exits by {@code -XX:+ExitOnOutOfMemoryError}. */
  public static final int EXIT_CODE = 3;

  private OutOfMemoryExit() {}

  /** Ends the process if that is what was thrown, or what caused it. */
  public static void check(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < 16; depth++) {
      if (cause instanceof OutOfMemoryError) {
        System.err.println(
            "forebay: out of memory ("
                + cause.getMessage()
                + "); the process ends with exit code 3");
        Runtime.getRuntime().halt(EXIT_CODE);
      }
      cause = cause.getCause();
    }
  }
}
