package dev.forebay.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Spring Boot application's own file with properties below {@code forebay}, checked without the
 * application. Files for profiles beside it belong to it, such as {@code application-prod.yaml}.
 */
public final class ApplicationFile {
  private static final Pattern NAME = Pattern.compile("(.+?)(?:-(.+))?\\.(yaml|yml|properties)");
  private static final String DEFAULT_NAME = "application";
  private static final String DEFAULT_PROFILE = "default";
  private static final String ON_PROFILE = "spring.config.activate.on-profile";

  /**
   * A document, and what it is for.
   *
   * @param profile the one that its file is for; empty for all
   */
  private record Part(ApplicationDocument document, String profile) {
    boolean counts(Set<String> active) {
      List<String> conditions = document.texts(ON_PROFILE);
      return (profile.isEmpty() || active.contains(profile))
          && (conditions.isEmpty()
              || conditions.stream().anyMatch(each -> ProfileExpression.holds(each, active)));
    }
  }

  private final List<Part> parts;

  private ApplicationFile(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Reads a file.
   *
   * @return empty if it is no application's: if nothing stands below {@code forebay}
   * @throws ConfigException if it cannot be read
   */
  public static Optional<ApplicationFile> read(Path file) {
    Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      return Optional.empty();
    }
    boolean usual = name.group(1).equals(DEFAULT_NAME);
    List<Part> parts = new ArrayList<>(parts(file, "", usual));
    if (usual && name.group(2) == null) {
      beside(file).forEach((profile, other) -> parts.addAll(parts(other, profile, true)));
    }
    boolean has =
        parts.stream()
            .flatMap(part -> part.document().properties().stream())
            .anyMatch(ApplicationFile::isOurs);
    return has ? Optional.of(new ApplicationFile(parts)) : Optional.empty();
  }

  private static List<Part> parts(Path file, String profile, boolean usual) {
    String source = file.toString();
    String text = ConfigFile.text(file);
    List<ApplicationDocument> documents =
        source.endsWith(".properties")
            ? ApplicationDocument.lines(text, source)
            : ApplicationDocument.yaml(text, source, usual);
    return documents.stream().map(document -> new Part(document, profile)).toList();
  }

  /** The files for profiles in the same folder, by profile. */
  private static Map<String, Path> beside(Path file) {
    Map<String, Path> files = new TreeMap<>();
    Path folder = file.toAbsolutePath().getParent();
    try (Stream<Path> all = Files.list(folder)) {
      all.forEach(
          other -> {
            Matcher name = NAME.matcher(String.valueOf(other.getFileName()));
            if (name.matches() && name.group(1).equals(DEFAULT_NAME) && name.group(2) != null) {
              files.put(name.group(2), file.resolveSibling(other.getFileName()));
            }
          });
    } catch (IOException e) {
      // What cannot be listed has no files that can be read.
    }
    return files;
  }

  static boolean isOurs(Property property) {
    return property.name().getFirst().uniform().equals(PropertyTree.PREFIX);
  }

  /**
   * Checks it as an application would read it.
   *
   * @param profiles the active ones; if there are none, the check is made without one and with each
   *     profile that the file names, alone
   * @param env the environment variables that values may refer to
   */
  public List<ApplicationCheck> check(List<String> profiles, Map<String, String> env) {
    if (!profiles.isEmpty()) {
      return List.of(check(new LinkedHashSet<>(profiles), env));
    }
    List<ApplicationCheck> checks = new ArrayList<>();
    checks.add(check(new LinkedHashSet<>(activeByItself()), env));
    named().forEach(profile -> checks.add(check(Set.of(profile), env)));
    return checks;
  }

  private List<String> activeByItself() {
    return parts.stream()
        .filter(part -> part.counts(Set.of()))
        .flatMap(part -> part.document().texts("spring.profiles.active").stream())
        .toList();
  }

  private Set<String> named() {
    Set<String> named = new TreeSet<>();
    for (Part part : parts) {
      part.document()
          .texts(ON_PROFILE)
          .forEach(each -> named.addAll(ProfileExpression.named(each)));
      if (!part.profile().isEmpty()) {
        named.add(part.profile());
      }
    }
    named.remove(DEFAULT_PROFILE);
    return named;
  }

  private ApplicationCheck check(Set<String> active, Map<String, String> env) {
    Set<String> profiles = active.isEmpty() ? Set.of(DEFAULT_PROFILE) : active;
    List<ApplicationDocument> documents =
        parts.stream().filter(part -> part.counts(profiles)).map(Part::document).toList();
    return ApplicationCheck.of(List.copyOf(active), documents.reversed(), env);
  }
}
