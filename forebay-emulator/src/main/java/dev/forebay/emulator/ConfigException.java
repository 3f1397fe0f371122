package dev.forebay.emulator;

/** A refused configuration or fault script; the message names the key path, line and column. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int line;
  private final int column;

  ConfigException(String message, int line, int column) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** The line of the offending value, from 1. */
  public int line() {
    return line;
  }

  /** The column of the offending value, from 1. */
  public int column() {
    return column;
  }
}
