package dev.forebay.gateway.live;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The words in which people read the status. The dashboard is built from the same file, {@code
 * words.json}, so that both say the same.
 */
public final class Wording {
  private static final JsonObject ALL = read();

  private Wording() {}

  /**
   * Dispositions that are shown together.
   *
   * @param ends the names of the ends of calls, as in the JSON
   */
  public record DispositionGroup(String id, String title, List<String> ends) {
    public DispositionGroup {
      ends = List.copyOf(ends);
    }
  }

  /** All groups, best first. */
  public static List<DispositionGroup> dispositionGroups() {
    return ALL.getJsonArray("dispositionGroups").stream()
        .map(JsonObject.class::cast)
        .map(
            group ->
                new DispositionGroup(
                    group.getString("id"),
                    group.getString("title"),
                    List.copyOf(group.getJsonObject("ends").fieldNames())))
        .toList();
  }

  /** How a call ended; as {@code left} if its caller left. */
  public static String end(String name) {
    return name.equals("left")
        ? ALL.getString("left")
        : ALL.getJsonArray("dispositionGroups").stream()
            .map(group -> ((JsonObject) group).getJsonObject("ends").getString(name))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(name);
  }

  /** A circuit's state. */
  public static String circuit(String name) {
    return word("circuits", name);
  }

  /** How a request to a target ended. */
  public static String outcome(String name) {
    return word("outcomes", name);
  }

  /** The outcomes that have a word. */
  static Set<String> outcomes() {
    return ALL.getJsonObject("outcomes").fieldNames();
  }

  /** What a figure is about. */
  public static String figure(String name) {
    return word("figures", name);
  }

  /** The state of a job. */
  public static String job(String name) {
    return word("jobs", name);
  }

  /** The level of an alarm. */
  public static String level(String name) {
    return word("levels", name);
  }

  /** A gateway of another version may know names that this one does not. */
  private static String word(String kind, String name) {
    return ALL.getJsonObject(kind).getString(name, name.replace('_', ' '));
  }

  private static JsonObject read() {
    try (InputStream in = Objects.requireNonNull(Wording.class.getResourceAsStream("words.json"))) {
      return new JsonObject(Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
