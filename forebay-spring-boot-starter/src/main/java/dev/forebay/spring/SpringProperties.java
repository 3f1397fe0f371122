package dev.forebay.spring;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.ConfigTree;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Placeholders;
import dev.forebay.config.Property;
import dev.forebay.config.PropertyTree;
import dev.forebay.config.SourcePosition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The properties below {@code forebay} that Spring's environment has, each with its origin. */
final class SpringProperties {
  private static final ConfigurationPropertyName ROOT =
      ConfigurationPropertyName.of(PropertyTree.PREFIX);

  /**
   * Where variables of the environment count: names like {@code FOREBAY_SERVER_PORT} are there for
   * other reasons too, since Kubernetes sets them for a service named forebay-server.
   */
  private static final Set<String> FROM_ENVIRONMENT =
      Set.of("targets", "routes", "models", "burndown");

  private final PropertyTree tree;
  private final Environment environment;

  SpringProperties(Environment environment) {
    this.environment = environment;
    List<ConfigurationPropertySource> sources = new ArrayList<>();
    ConfigurationPropertySources.get(environment).forEach(sources::add);
    Set<ConfigurationPropertyName> names = new LinkedHashSet<>();
    sources.reversed().forEach(source -> names.addAll(names(source)));
    tree = new PropertyTree(sources.stream().map(source -> properties(source, names)).toList());
  }

  /** The names directly below the root that are set, without the application's own. */
  List<String> sections() {
    return tree.sections();
  }

  /**
   * The configuration.
   *
   * @throws dev.forebay.config.ConfigException with every problem that was found
   */
  GatewayConfig read() {
    Placeholders placeholders = new Placeholders(environment::getProperty, System.getenv());
    ConfigTree.Keys keys =
        tree.keys(
            new SourcePosition("application properties", 0, 0),
            (text, place) -> value(text, place, placeholders));
    return ConfigFile.parse(keys, PropertyTree.PREFIX, placeholders.env());
  }

  private static ConfigTree value(String text, SourcePosition place, Placeholders placeholders) {
    try {
      return new ConfigTree.Value(placeholders.referenced(text), place);
    } catch (Placeholders.Unresolved e) {
      // Not the whole value: a secret may be written out beside the reference.
      throw new InvalidConfigurationPropertyValueException(
          place.toString(),
          "${" + e.name() + "}",
          "There is no property or environment variable '" + e.name() + "'.");
    }
  }

  private static List<ConfigurationPropertyName> names(ConfigurationPropertySource source) {
    if (!(source instanceof IterableConfigurationPropertySource iterable)) {
      return List.of();
    }
    boolean variables = source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
    return iterable.stream()
        .filter(name -> ROOT.isAncestorOf(name) && !PropertyTree.isOwn(elements(name)))
        .filter(name -> !variables || isKeyOfTargetsOrRoutes(name))
        .toList();
  }

  /** What a source has of these names; one that cannot list its names has some, too. */
  private static List<Property> properties(
      ConfigurationPropertySource source, Set<ConfigurationPropertyName> names) {
    List<Property> properties = new ArrayList<>();
    for (ConfigurationPropertyName name : names) {
      ConfigurationProperty found = source.getConfigurationProperty(name);
      if (found != null) {
        properties.add(new Property(elements(name), text(found), place(found)));
      }
    }
    return properties;
  }

  private static List<Property.Element> elements(ConfigurationPropertyName name) {
    return IntStream.range(1, name.getNumberOfElements())
        .mapToObj(
            i ->
                new Property.Element(
                    name.getElement(i, Form.ORIGINAL),
                    name.getElement(i, Form.UNIFORM),
                    name.isNumericIndex(i)))
        .toList();
  }

  private static boolean isKeyOfTargetsOrRoutes(ConfigurationPropertyName name) {
    List<String> path = elements(name).stream().map(Property.Element::uniform).toList();
    return FROM_ENVIRONMENT.contains(path.getFirst()) && ConfigTree.isKey(path);
  }

  private static String text(ConfigurationProperty property) {
    Object value = property.getValue();
    return value == null ? "" : value.toString();
  }

  private static SourcePosition place(ConfigurationProperty property) {
    Origin origin = property.getOrigin();
    return new SourcePosition(
        origin == null ? property.getName().toString() : origin.toString(), 0, 0);
  }
}
