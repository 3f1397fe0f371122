package dev.forebay.emulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entries of a mapping whose keys are all known; an unknown key is refused at once. */
final class Fields {
  private final Node.Mapping mapping;

  private Fields(Node.Mapping mapping) {
    this.mapping = mapping;
  }

  static Fields of(Node node, List<String> known) {
    Node.Mapping mapping = node.mapping();
    for (Map.Entry<String, YamlPosition> key : mapping.keys().entrySet()) {
      if (!known.contains(key.getKey())) {
        throw key.getValue().refuse("unknown key" + suggestion(key.getKey(), known));
      }
    }
    return new Fields(mapping);
  }

  /** The value of a key; one that is written without a value counts as absent. */
  Optional<Node> get(String key) {
    return Optional.ofNullable(mapping.entries().get(key)).filter(node -> !node.nothing());
  }

  Node need(String key) {
    return get(key).orElseThrow(() -> mapping.place().refuse("needs the key " + key));
  }

  private static String suggestion(String key, List<String> known) {
    String nearest = known.getFirst();
    for (String candidate : known) {
      if (distance(key, candidate) < distance(key, nearest)) {
        nearest = candidate;
      }
    }
    return distance(key, nearest) <= Math.max(2, key.length() / 3)
        ? "; did you mean " + nearest + "?"
        : "; known are " + String.join(", ", known);
  }

  /** The Levenshtein distance, without regard to case. */
  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        char a = Character.toLowerCase(left.charAt(i - 1));
        char b = Character.toLowerCase(right.charAt(j - 1));
        int replaced = diagonal + (a == b ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
