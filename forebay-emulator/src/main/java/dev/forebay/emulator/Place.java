package dev.forebay.emulator;

/**
 * Where a value stands in a document: its key path, and its line and column, both counted from 1.
 */
record Place(String path, int line, int column) {
  Place key(String key, int atLine, int atColumn) {
    return new Place(path.isEmpty() ? key : path + "." + key, atLine, atColumn);
  }

  Place item(int index, int atLine, int atColumn) {
    return new Place(path + "[" + index + "]", atLine, atColumn);
  }

  ConfigException refuse(String problem) {
    String subject = path.isEmpty() ? "" : path + ": ";
    return new ConfigException(
        subject + problem + " (line " + line + ", column " + column + ")", line, column);
  }
}
