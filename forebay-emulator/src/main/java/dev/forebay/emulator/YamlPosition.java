package dev.forebay.emulator;

/**
 * Where a value stands in a document: its key path, and its line and column, both counted from 1.
 */
record YamlPosition(String path, int line, int column) {
  YamlPosition key(String key, int atLine, int atColumn) {
    return new YamlPosition(path.isEmpty() ? key : path + "." + key, atLine, atColumn);
  }

  YamlPosition item(int index, int atLine, int atColumn) {
    return new YamlPosition(path + "[" + index + "]", atLine, atColumn);
  }

  ConfigException refuse(String problem) {
    String subject = path.isEmpty() ? "" : path + ": ";
    return new ConfigException(
        subject + problem + " (line " + line + ", column " + column + ")", line, column);
  }
}
