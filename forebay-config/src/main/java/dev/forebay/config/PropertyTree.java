package dev.forebay.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The properties below {@code forebay} as the tree that a configuration file is. A value comes from
 * the first source that has it, and a list as a whole from one source.
 */
public final class PropertyTree {
  /** What all names begin with. */
  public static final String PREFIX = "forebay";

  /** An application's own keys below the prefix, which the configuration file does not have. */
  public static final List<String> OWN = List.of("enabled", "config", "max-concurrent-calls");

  /** How names with dots are written; for messages. */
  public static final String BRACKETS =
      "In properties a name with dots or colons, such as a model id, stands in brackets:"
          + " forebay.routes.\"[anthropic.claude-sonnet-4-6]\" in YAML,"
          + " forebay.routes[anthropic.claude-sonnet-4-6] in .properties files.";

  /** What a property's text stands for, with its references resolved. */
  @FunctionalInterface
  public interface Values {
    /** The value, or what is put in its place. */
    ConfigTree of(String text, SourcePosition place);
  }

  private final PropertyNode root = new PropertyNode(PREFIX);

  /**
   * A tree.
   *
   * @param sources in the order in which they win; each without properties of an application's own
   *     keys
   */
  public PropertyTree(List<List<Property>> sources) {
    Map<List<String>, Integer> lists = lists(sources);
    // The last source says how a name is spelt: a variable of the environment loses its hyphens.
    for (int rank = sources.size() - 1; rank >= 0; rank--) {
      for (Property property : sources.get(rank)) {
        if (isOfItsList(property, rank, lists)) {
          add(property, rank);
        }
      }
    }
  }

  /** Whether a name is one of {@link #OWN}. */
  public static boolean isOwn(List<Property.Element> name) {
    return name.size() == 1
        && OWN.stream()
            .anyMatch(
                own ->
                    Property.elements(own).getFirst().uniform().equals(name.getFirst().uniform()));
  }

  /** The one of {@link #OWN} that was probably meant by a name that the file does not have. */
  public static Optional<String> ownMeantBy(String name) {
    return ConfigTree.isKey(List.of(name)) ? Optional.empty() : Nearest.closest(name, OWN);
  }

  /** The names directly below the prefix. */
  public List<String> sections() {
    return root.names();
  }

  /**
   * The tree.
   *
   * @param whole where it stands as a whole
   * @throws ConfigException if a name has both a value and keys below it
   */
  public ConfigTree.Keys keys(SourcePosition whole, Values values) {
    return new ConfigTree.Keys(root.keys(PREFIX, values), whole);
  }

  /** Which source each list is from. */
  private static Map<List<String>, Integer> lists(List<List<Property>> sources) {
    Map<List<String>, Integer> lists = new HashMap<>();
    for (int rank = 0; rank < sources.size(); rank++) {
      for (Property property : sources.get(rank)) {
        for (List<String> list : listsOf(property)) {
          lists.putIfAbsent(list, rank);
        }
      }
    }
    return lists;
  }

  private static boolean isOfItsList(
      Property property, int rank, Map<List<String>, Integer> lists) {
    return listsOf(property).stream().allMatch(list -> lists.getOrDefault(list, rank) == rank);
  }

  /** The names of the lists that it is in. */
  private static List<List<String>> listsOf(Property property) {
    List<String> uniform = property.name().stream().map(Property.Element::uniform).toList();
    return IntStream.range(0, uniform.size())
        .filter(i -> property.name().get(i).index())
        .mapToObj(i -> uniform.subList(0, i))
        .toList();
  }

  private void add(Property property, int rank) {
    PropertyNode node = root;
    for (Property.Element element : property.name()) {
      node = node.below(element);
    }
    node.set(property, rank);
  }
}
