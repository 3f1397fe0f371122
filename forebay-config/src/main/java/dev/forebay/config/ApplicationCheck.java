package dev.forebay.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a check of an application's file found.
 *
 * @param profiles the active ones
 * @param problems for which Forebay would refuse to start
 * @param warnings what could not be checked
 * @param configured whether the application configures Forebay at all
 * @param config empty if there are problems, values that are not known, or no configuration
 */
public record ApplicationCheck(
    List<String> profiles,
    List<Problem> problems,
    List<Problem> warnings,
    boolean configured,
    Optional<GatewayConfig> config) {
  /** Copies the lists. */
  public ApplicationCheck {
    profiles = List.copyOf(profiles);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** Of the documents that count, in the order in which they win. */
  static ApplicationCheck of(
      List<String> profiles, List<ApplicationDocument> documents, Map<String, String> env) {
    return new Run(documents, env).result(profiles);
  }

  /** One check. */
  private static final class Run {
    private final Map<String, String> env;
    private final Map<List<String>, String> texts = new HashMap<>();
    private final List<List<Property>> sources = new ArrayList<>();
    private final List<Property> own = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    Run(List<ApplicationDocument> documents, Map<String, String> env) {
      this.env = env;
      documents.forEach(this::add);
    }

    private void add(ApplicationDocument document) {
      List<Property> source = new ArrayList<>();
      for (Property property : document.properties()) {
        List<Property.Element> name = property.name();
        texts.putIfAbsent(ApplicationDocument.uniform(name), property.text());
        if (ApplicationFile.isOurs(property) && name.size() > 1) {
          sort(
              new Property(name.subList(1, name.size()), property.text(), property.place()),
              source);
        }
      }
      sources.add(source);
      problems.addAll(document.problems());
      document
          .first("spring.config.import")
          .ifPresent(
              imports ->
                  warnings.add(
                      new Problem(
                          imports.place(),
                          "spring.config.import",
                          "what is imported is not read here",
                          "check it by itself if it has keys of Forebay")));
    }

    private void sort(Property property, List<Property> source) {
      String first = property.name().getFirst().typed();
      Optional<String> meant = PropertyTree.ownMeantBy(first);
      if (PropertyTree.isOwn(property.name())) {
        own.add(property);
      } else if (meant.isPresent()) {
        problems.add(
            new Problem(
                property.place(),
                PropertyTree.PREFIX,
                "unknown key " + Quoted.text(first),
                "did you mean '" + meant.get() + "'?"));
      } else {
        source.add(property);
      }
    }

    ApplicationCheck result(List<String> profiles) {
      PropertyTree tree = new PropertyTree(sources);
      boolean configured = !tree.sections().isEmpty();
      own.forEach(property -> checkOwn(property, tree.sections()));
      Optional<GatewayConfig> config = Optional.empty();
      if (configured) {
        Placeholders placeholders = new Placeholders(this::lookup, env);
        try {
          ConfigTree.Keys keys =
              tree.keys(
                  SourcePosition.wholeFile("application properties"),
                  (text, place) -> value(text, place, placeholders));
          config = ConfigFile.check(keys, PropertyTree.PREFIX, placeholders.env());
        } catch (ConfigException e) {
          problems.addAll(e.problems());
        }
      }
      problems.sort(Problem.BY_PLACE);
      return new ApplicationCheck(
          profiles, problems, warnings, configured, problems.isEmpty() ? config : Optional.empty());
    }

    private ConfigTree value(String text, SourcePosition place, Placeholders placeholders) {
      try {
        return new ConfigTree.Value(placeholders.referenced(text), place);
      } catch (Placeholders.Unresolved e) {
        warnings.add(
            new Problem(
                place,
                "",
                "refers to " + Quoted.text(e.name()) + ", which is not here: it is not checked",
                "set " + variable(e.name()) + " in the environment to check it"));
        return new ConfigTree.Unknown(place);
      }
    }

    /** A property of the file or a variable of the environment, as Spring finds it. */
    private @Nullable String lookup(String name) {
      String variable = env.getOrDefault(name, env.get(variable(name)));
      if (variable != null) {
        return variable;
      }
      String text = texts.get(ApplicationDocument.uniform(Property.elements(name)));
      // What refers to something else is left to the application.
      return text == null || text.contains("${") ? null : text;
    }

    private static String variable(String name) {
      return name.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    private void checkOwn(Property property, List<String> sections) {
      String name = property.name().getFirst().uniform();
      String path = PropertyTree.PREFIX + "." + property.name().getFirst().typed();
      if (property.text().contains("${")) {
        return;
      }
      if (name.equals("config") && !sections.isEmpty()) {
        problems.add(
            new Problem(
                property.place(),
                path,
                "%s.%s is set too".formatted(PropertyTree.PREFIX, sections.getFirst()),
                "keep the file, or the keys in the properties"));
      } else if (name.equals("config")) {
        warnings.add(
            new Problem(
                property.place(),
                path,
                "the configuration is in " + Quoted.text(property.text()),
                "check that file by itself"));
      } else if (name.equals("enabled")
          && !property.text().matches("(?i)true|false|on|off|yes|no|0|1")) {
        problems.add(
            new Problem(
                property.place(),
                path,
                Quoted.text(property.text()) + " is neither true nor false",
                "write true or false"));
      } else if (name.equals("maxconcurrentcalls") && !property.text().matches("[1-9]\\d{0,8}")) {
        problems.add(
            new Problem(
                property.place(),
                path,
                Quoted.text(property.text()) + " is no positive whole number",
                "write one such as 50, or leave it out for no limit"));
      }
    }
  }
}
