package dev.forebay.spring;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.ConfigTree;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.SourcePosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * The properties below {@code forebay} as the tree that a configuration file is, each value with
 * its origin. Names are compared as Spring does, so {@code max-attempts}, {@code maxAttempts} and
 * {@code MAXATTEMPTS} are one; a value comes from the first source that has it, and a list as a
 * whole from one source.
 */
final class PropertyTree {
  private static final ConfigurationPropertyName ROOT =
      ConfigurationPropertyName.of(ForebaySettings.PREFIX);

  /**
   * Where variables of the environment count: names like {@code FOREBAY_SERVER_PORT} are there for
   * other reasons too, since Kubernetes sets them for a service named forebay-server.
   */
  private static final Set<String> FROM_ENVIRONMENT =
      Set.of("targets", "routes", "models", "burndown");

  private final List<ConfigurationPropertySource> sources = new ArrayList<>();
  private final PropertyNode root = new PropertyNode(ForebaySettings.PREFIX);
  private final Environment environment;

  PropertyTree(Environment environment) {
    this.environment = environment;
    ConfigurationPropertySources.get(environment).forEach(sources::add);
    Map<ConfigurationPropertyName, Integer> lists = lists();
    for (ConfigurationPropertyName name : names()) {
      for (int rank = 0; rank < sources.size(); rank++) {
        ConfigurationProperty found = sources.get(rank).getConfigurationProperty(name);
        if (found != null && isOfItsList(name, rank, lists)) {
          add(name, found, rank);
          break;
        }
      }
    }
  }

  /** The names directly below the root that are set, without the starter's own. */
  List<String> sections() {
    return root.names();
  }

  /**
   * The configuration.
   *
   * @throws dev.forebay.config.ConfigException with every problem that was found
   */
  GatewayConfig read() {
    Placeholders placeholders = new Placeholders(environment);
    ConfigTree.Keys tree =
        new ConfigTree.Keys(
            root.keys(placeholders::referenced),
            new SourcePosition("application properties", 0, 0));
    return ConfigFile.parse(tree, ForebaySettings.PREFIX, placeholders.env());
  }

  /**
   * All names, those of the last source first: it is the one that says how a name is spelt, where
   * an environment variable that overrides it has lost its hyphens.
   */
  private Set<ConfigurationPropertyName> names() {
    Set<ConfigurationPropertyName> names = new LinkedHashSet<>();
    for (ConfigurationPropertySource source : sources.reversed()) {
      names.addAll(names(source));
    }
    return names;
  }

  private static List<ConfigurationPropertyName> names(ConfigurationPropertySource source) {
    if (!(source instanceof IterableConfigurationPropertySource iterable)) {
      return List.of();
    }
    boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
    return iterable.stream()
        .filter(name -> ROOT.isAncestorOf(name) && !isOwn(name))
        .filter(name -> !variables || isKeyOfTargetsOrRoutes(name))
        .toList();
  }

  private static boolean isOwn(ConfigurationPropertyName name) {
    return name.getNumberOfElements() == 2
        && ForebaySettings.OWN.stream().anyMatch(own -> ROOT.append(own).equals(name));
  }

  private static boolean isKeyOfTargetsOrRoutes(ConfigurationPropertyName name) {
    List<String> path = new ArrayList<>();
    for (int i = 1; i < name.getNumberOfElements(); i++) {
      path.add(name.getElement(i, Form.UNIFORM));
    }
    return FROM_ENVIRONMENT.contains(path.getFirst()) && ConfigTree.isKey(path);
  }

  /** Which source each list is from. */
  private Map<ConfigurationPropertyName, Integer> lists() {
    Map<ConfigurationPropertyName, Integer> lists = new HashMap<>();
    for (int rank = 0; rank < sources.size(); rank++) {
      for (ConfigurationPropertyName name : names(sources.get(rank))) {
        for (int i = 1; i < name.getNumberOfElements(); i++) {
          if (name.isNumericIndex(i)) {
            lists.putIfAbsent(name.chop(i), rank);
          }
        }
      }
    }
    return lists;
  }

  private static boolean isOfItsList(
      ConfigurationPropertyName name, int rank, Map<ConfigurationPropertyName, Integer> lists) {
    for (int i = 1; i < name.getNumberOfElements(); i++) {
      if (name.isNumericIndex(i) && lists.getOrDefault(name.chop(i), rank) != rank) {
        return false;
      }
    }
    return true;
  }

  private void add(ConfigurationPropertyName name, ConfigurationProperty found, int rank) {
    PropertyNode node = root;
    for (int i = 1; i < name.getNumberOfElements(); i++) {
      node =
          node.below(name.chop(i + 1), name.getElement(i, Form.ORIGINAL), name.isNumericIndex(i));
    }
    node.set(found, rank);
  }
}
