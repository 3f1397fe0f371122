package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What is internal stays inside its module: there is no {@code module-info.java}, since the modules
 * run on the class path. Tests may use more.
 */
class PackagesTest {
  private static final Path ROOT = Path.of("..");

  /** A module of the table in the documentation, its open packages and its internal ones. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `forebay-([a-z-]+)` \\| ([^|]+) \\| ([^|]+) \\|$");

  /** For programs, tests and Spring Boot, which are not among the classes that are read here. */
  private static final Set<String> FOR_PROGRAMS =
      Set.of("client.micrometer", "client.opentelemetry", "testkit");

  private static final JavaClasses ALL = ArchitectureTest.ALL;

  /** The packages of each module: those that others may use, and those that are internal. */
  private record Packages(Set<String> open, Set<String> internal) {}

  @Test
  void noModuleUsesAnothersInternalPackages() throws IOException {
    Map<String, Packages> documented = documented();
    Set<String> open =
        documented.values().stream()
            .flatMap(packages -> packages.open().stream())
            .collect(Collectors.toSet());
    Set<String> used = new TreeSet<>();
    Set<String> broken = new TreeSet<>();
    for (JavaClass type : ALL) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith("dev.forebay.")
            && !roomOf(target).equals(roomOf(type))) {
          used.add(shortName(target));
          if (!open.contains(shortName(target))) {
            broken.add(type.getName() + " uses " + target.getName());
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(used).as("what is open is used").containsAll(openHere(documented));
  }

  /** Packages that are open in modules of which this module sees all users. */
  private static Set<String> openHere(Map<String, Packages> documented) {
    Set<String> open = new TreeSet<>();
    documented.forEach(
        (module, packages) -> {
          if (ALL.stream().anyMatch(type -> roomOf(type).equals(module))) {
            open.addAll(packages.open());
          }
        });
    open.removeAll(FOR_PROGRAMS);
    return open;
  }

  /** The table of packages in the documentation is the list. */
  @Test
  void eachPackageIsOpenOrInternal() throws IOException {
    Map<String, Set<String>> documented = new TreeMap<>();
    documented()
        .forEach(
            (module, packages) -> {
              assertThat(packages.open()).noneMatch(packages.internal()::contains);
              Set<String> both = new TreeSet<>(packages.open());
              both.addAll(packages.internal());
              documented.put(module, both);
            });
    assertThat(documented).isEqualTo(packages());
  }

  @Test
  void eachPackageSaysWhatLivesThere() throws IOException {
    List<String> silent = new ArrayList<>();
    for (Path folder : folders()) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info) || !Files.readString(info).matches("(?s)/\\*\\*\\s.*\\w.*\\*/.*")) {
        silent.add(folder.toString());
      }
    }
    assertThat(silent).as("packages without a package-info.java or its sentence").isEmpty();
  }

  private static Map<String, Packages> documented() throws IOException {
    Map<String, Packages> found = new TreeMap<>();
    String page = Files.readString(ROOT.resolve("docs/architecture.md"));
    int from = page.indexOf("## Packages that other modules may use");
    assertThat(from).isPositive();
    Matcher row = ROW.matcher(page.substring(from, page.indexOf("\n## ", from + 1)));
    while (row.find()) {
      found.put(row.group(1), new Packages(names(row.group(2)), names(row.group(3))));
    }
    return found;
  }

  private static Set<String> names(String cell) {
    return cell.equals("none") ? Set.of() : Set.of(cell.split(", ", -1));
  }

  private static Map<String, Set<String>> packages() throws IOException {
    Map<String, Set<String>> found = new TreeMap<>();
    for (Path folder : folders()) {
      Path sources = ROOT.relativize(folder);
      String module = sources.getName(0).toString().replaceFirst("forebay-", "");
      Path inside = sources.subpath(6, sources.getNameCount());
      found
          .computeIfAbsent(module, name -> new TreeSet<>())
          .add(inside.toString().replace(inside.getFileSystem().getSeparator(), "."));
    }
    return found;
  }

  /** Those of main sources that have a file. */
  private static Set<Path> folders() throws IOException {
    Set<Path> found = new TreeSet<>();
    try (var modules = Files.newDirectoryStream(ROOT, "forebay-*")) {
      for (Path module : modules) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          try (Stream<Path> files = Files.walk(sources)) {
            files
                .filter(file -> file.toString().endsWith(".java"))
                .map(Path::getParent)
                .forEach(found::add);
          }
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(50);
    return found;
  }

  private static String roomOf(JavaClass type) {
    return type.getPackageName().split("\\.", -1)[2];
  }

  private static String shortName(JavaClass type) {
    return type.getPackageName().substring("dev.forebay.".length());
  }
}
