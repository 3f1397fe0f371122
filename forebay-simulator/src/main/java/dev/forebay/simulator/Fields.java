package dev.forebay.simulator;

import dev.forebay.config.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The entries of a mapping. A wrong one is reported, and reading goes on with its default. */
final class Fields {
  private final Value of;
  private final Map<String, Value> entries;

  private Fields(Value of, Map<String, Value> entries) {
    this.of = of;
    this.entries = entries;
  }

  /** A mapping whose keys are all known; another one is reported. */
  static Fields of(Value value, List<String> known) {
    Map<String, Value> entries = entries(value);
    Map<String, Value> kept = new LinkedHashMap<>();
    for (NodeTuple entry : ((MappingNode) value.node()).getValue()) {
      String key = ((ScalarNode) entry.getKeyNode()).getValue();
      if (known.contains(key)) {
        kept.put(key, value.child(entry.getValueNode(), key));
      } else {
        value
            .document()
            .report(
                value
                    .child(entry.getKeyNode(), key)
                    .refuse("unknown key '" + key + "'", Nearest.remedy(key, known)));
      }
    }
    kept.keySet().retainAll(entries.keySet());
    return new Fields(value, kept);
  }

  /** A mapping from names of the user's choice, in the order of the file. */
  static Map<String, Value> entries(Value value) {
    if (!(value.node() instanceof MappingNode mapping)) {
      throw value.refuse("expected a mapping", "write key: value");
    }
    Map<String, Value> entries = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw value.child(entry.getKeyNode(), "?").refuse("a key must be a name", "quote it");
      }
      String name = key.getValue();
      if (entries.put(name, value.child(entry.getValueNode(), name)) != null) {
        throw value.child(key, name).refuse("this key stands here twice", "remove one of them");
      }
    }
    return entries;
  }

  boolean has(String key) {
    Value value = entries.get(key);
    return value != null && !value.isNothing();
  }

  /** The value of a key, if it is given and sound. */
  <T> Optional<T> get(String key, Function<Value, T> reader) {
    Value value = entries.get(key);
    if (value == null || value.isNothing()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(value));
    } catch (RefusedValue e) {
      of.document().report(e);
      return Optional.empty();
    }
  }

  <T> T get(String key, Function<Value, T> reader, T otherwise) {
    return get(key, reader).orElse(otherwise);
  }

  /** A key that must be given; while it is not, reading goes on with a stand-in. */
  <T> T need(String key, Function<Value, T> reader, T standIn) {
    if (!has(key)) {
      of.document().report(of.refuse("needs the key '" + key + "'", "add it"));
      return standIn;
    }
    return get(key, reader).orElse(standIn);
  }
}
