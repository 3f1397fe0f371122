package dev.forebay.it.process;

import java.io.IOException;

/** Signals to processes. */
public final class Signals {
  private Signals() {}

  /**
   * Sends one.
   *
   * @param signal such as {@code -STOP}
   * @return whether there was such a process
   */
  public static boolean send(long pid, String signal) throws IOException, InterruptedException {
    return new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor() == 0;
  }
}
