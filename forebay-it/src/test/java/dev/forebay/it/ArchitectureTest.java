package dev.forebay.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.reflect.Field;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the modules, as the architecture draws them; those of Spring Boot's modules
 * are checked beside them. It stands here because no other module waits for this one.
 */
class ArchitectureTest {
  /** Each module, and the modules that it may use. */
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry("core", List.of()),
          Map.entry("config", List.of("core", "bedrock")),
          Map.entry("bedrock", List.of("core")),
          Map.entry("engine", List.of("core", "config", "bedrock")),
          Map.entry("client", List.of("core", "config", "bedrock", "engine", "cluster")),
          Map.entry("gateway", List.of("core", "config", "bedrock", "engine", "jobs")),
          Map.entry("jobs", List.of("core")),
          Map.entry("cluster", List.of("core", "config")),
          Map.entry("sqs", List.of("core", "bedrock", "jobs")),
          Map.entry("telemetry", List.of("core")),
          Map.entry("cloudwatch", List.of("core")),
          Map.entry("testkit", List.of("core", "bedrock", "jobs")),
          Map.entry("emulator", List.of()),
          Map.entry(
              "benchmarks",
              List.of("core", "bedrock", "config", "jobs", "client", "cluster", "simulator")),
          Map.entry("simulator", List.of("core", "config", "cluster")),
          Map.entry(
              "cli",
              List.of(
                  "core",
                  "config",
                  "bedrock",
                  "engine",
                  "gateway",
                  "jobs",
                  "cluster",
                  "sqs",
                  "telemetry",
                  "cloudwatch",
                  "emulator",
                  "simulator")));

  private static final Pattern REPEATED_GROUP =
      Pattern.compile("(?<!\\\\)\\)(?:[*+]|\\{\\d+,})(?!\\+)");

  static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("forebay-spring-boot-"))
          .importPackages("dev.forebay");

  static Stream<String> modules() {
    return ARROWS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleUsesOnlyTheModulesThatItMay(String module) {
    String[] others =
        ARROWS.keySet().stream()
            .filter(
                other ->
                    !other.equals(module)
                        && !ARROWS.getOrDefault(module, List.of()).contains(other))
            .map(ArchitectureTest::packageOf)
            .toArray(String[]::new);
    if (others.length > 0) {
      noClasses()
          .that()
          .resideInAPackage(packageOf(module))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .check(ALL);
    }
  }

  @Test
  void everyModuleIsDrawn() {
    Set<String> found = new TreeSet<>();
    ALL.forEach(type -> found.add(type.getPackageName().split("\\.", -1)[2]));
    assertThat(found).isEqualTo(new TreeSet<>(ARROWS.keySet()));
  }

  /** The first table of modules in the documentation, by its first and its last column. */
  @Test
  void theDocumentationHasTheSameArrows() throws IOException {
    Path root = Path.of("..");
    Map<String, Set<String>> documented = new TreeMap<>();
    String page = Files.readString(root.resolve("docs/architecture.md"));
    Matcher row =
        Pattern.compile("(?m)^\\| `forebay-([a-z-]+)` \\|.*\\| ([^|]+) \\|$")
            .matcher(page.substring(0, page.indexOf("\n## ")));
    while (row.find()) {
      documented.put(row.group(1), Set.of(row.group(2).split(", ", -1)));
    }
    Map<String, Set<String>> drawn = new TreeMap<>();
    ARROWS.forEach(
        (name, others) ->
            drawn.put(name, others.isEmpty() ? Set.of("nothing") : Set.copyOf(others)));
    assertThat(documented).containsAllEntriesOf(drawn);
    Matcher module =
        Pattern.compile("<module>forebay-([a-z-]+)</module>")
            .matcher(Files.readString(root.resolve("pom.xml")));
    assertThat(documented.keySet())
        .containsExactlyInAnyOrderElementsOf(
            module.results().map(found -> found.group(1)).toList());
  }

  @Test
  void coreKnowsNothingButTheJdksBase() {
    classes()
        .that()
        .resideInAPackage(packageOf("core"))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "dev.forebay.core..",
                "java.lang..",
                "java.util..",
                "java.time..",
                "org.jspecify.annotations"))
        .check(ALL);
  }

  @Test
  void theEngineKnowsNoServerNoEventLoopAndNoDatabase() {
    noClasses()
        .that()
        .resideInAPackage(packageOf("engine"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.vertx..",
            "io.netty..",
            "java.sql..",
            "javax.sql..",
            "com.sun.net.httpserver..",
            "java.net.http..")
        .check(ALL);
  }

  /** Credentials are fetched by the SDK's own client. */
  @Test
  void theEngineKnowsNoHttpClientButForCredentials() {
    noClasses()
        .that()
        .resideInAPackage(packageOf("engine"))
        .and()
        .resideOutsideOfPackage("dev.forebay.engine.credentials..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk.http..")
        .check(ALL);
  }

  @Test
  void noPackagesGoInCircles() {
    slices().matching("dev.forebay.(**)").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void nothingSleeps() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .check(ALL);
  }

  /**
   * A repeated group that may give back what it took is matched by a call within a call, so that a
   * long text ends the thread's stack.
   */
  @Test
  void noPatternRepeatsAGroupThatGivesBack() throws ReflectiveOperationException {
    List<String> found = new ArrayList<>();
    for (JavaClass type : ALL) {
      for (JavaField field : type.getFields()) {
        if (field.getRawType().isEquivalentTo(Pattern.class)
            && field.getModifiers().contains(JavaModifier.STATIC)) {
          Field reflected = field.reflect();
          reflected.setAccessible(true);
          if (REPEATED_GROUP.matcher(((Pattern) reflected.get(null)).pattern()).find()) {
            found.add(field.getFullName());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static String packageOf(String module) {
    return "dev.forebay." + module + "..";
  }
}
