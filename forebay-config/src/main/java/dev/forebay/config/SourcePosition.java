package dev.forebay.config;

/**
 * Where in a configuration something stands.
 *
 * @param source the file's name, as the user gave it
 * @param line from 1; 0 for the file as a whole
 * @param column from 1, in characters; 0 for the file as a whole
 */
public record SourcePosition(String source, int line, int column) {
  static SourcePosition wholeFile(String source) {
    return new SourcePosition(source, 0, 0);
  }

  /** The place of a character, by its index in the text. */
  static SourcePosition at(String source, String text, int index) {
    int line = (int) text.chars().limit(index).filter(c -> c == '\n').count() + 1;
    return new SourcePosition(source, line, index - text.lastIndexOf('\n', index - 1));
  }

  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
