package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every link, command, header, metric, key and file that the documentation names exists, and every
 * type that a comment names.
 */
class DocsNamesTest {
  private static final Path ROOT = DocsPage.ROOT;

  /** A header or a metric as the program spells it. */
  private static final Pattern NAME =
      Pattern.compile("\"(x-forebay-[a-z-]*[a-z]|forebay_[a-z_]*[a-z])\"");

  /** A page that a message, a comment or a rule names. */
  private static final Pattern PAGE =
      Pattern.compile("(?<![\\w/-])(?:\\.\\./)?(docs/[\\w/-]+\\.md)(?:#([\\w-]+))?");

  /** A type in code font: at least two words, as most of ours have, and no constant. */
  private static final Pattern TYPE =
      Pattern.compile("\\{@code[\\s*]+([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)[}.#]");

  private static final Pattern WORD = Pattern.compile("\\b[A-Z]\\w+");

  /** Types and operations of others that no source uses. */
  private static final Set<String> FOREIGN_TYPES = Set.of("GlobalObservationConvention");

  private static final Pattern SOURCE =
      Pattern.compile(".*\\.(?:java|kt|ts|tsx|mjs|js|json|yaml|yml|xml|service|sh)|.*/[\\w-]+");
  private static final Set<String> GENERATED = Set.of("target", "node_modules", ".git", "docs");

  private final List<DocsPage> pages = DocsPage.all();

  @Test
  void linksLeadToFilesAndHeadings() {
    assertThat(pages).hasSizeGreaterThan(30);
    assertThat(pages.stream().flatMap(page -> page.brokenLinks().stream())).isEmpty();
  }

  @Test
  void commandsAreTakenByTheCommandLine() {
    assertThat(pages.stream().flatMap(page -> page.unknownCommands().stream())).isEmpty();
  }

  @Test
  void headersAndMetricsAreThoseOfTheProgram() {
    Set<String> known = names();
    assertThat(known).contains("x-forebay-answer", "forebay_requests_total");
    assertThat(pages.stream().flatMap(page -> page.unknownNames(known).stream())).isEmpty();
  }

  @Test
  void keysAreThoseOfTheConfiguration() {
    assertThat(pages.stream().flatMap(page -> page.unknownKeys(schema()).stream())).isEmpty();
  }

  @Test
  void testsAreThoseOfTheRepository() {
    Set<String> files =
        sources().stream().map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    assertThat(files).contains("DocsNamesTest.java");
    assertThat(pages.stream().flatMap(page -> page.unknownTests(files).stream())).isEmpty();
  }

  @Test
  void wordingsAreThoseOfTheField() {
    assertThat(pages.stream().flatMap(page -> page.riddles().stream())).isEmpty();
  }

  @Test
  void scriptsAndFilesOfTheRepositoryAreThere() {
    assertThat(pages.stream().flatMap(page -> page.missingPaths().stream())).isEmpty();
  }

  @Test
  void pagesThatSourcesNameAreThere() {
    List<String> broken = new ArrayList<>();
    int named = 0;
    for (Path source : sources()) {
      Matcher page = PAGE.matcher(DocsPage.read(source));
      while (page.find()) {
        named++;
        if (!DocsPage.leads(ROOT.resolve(page.group(1)), page.group(2))) {
          broken.add(source + ": " + page.group());
        }
      }
    }
    assertThat(named).isGreaterThan(20);
    assertThat(broken).isEmpty();
  }

  @Test
  void typesThatCommentsNameAreInTheCode() {
    List<String> java =
        sources().stream()
            .filter(source -> source.toString().endsWith(".java"))
            .filter(source -> !source.endsWith("cli/DocsNamesTest.java"))
            .map(DocsPage::read)
            .toList();
    Set<String> known =
        java.stream()
            .flatMap(source -> WORD.matcher(Wording.withoutComments(source)).results())
            .map(MatchResult::group)
            .collect(Collectors.toSet());
    Set<String> named =
        java.stream().flatMap(source -> types(source).stream()).collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(10);
    named.removeAll(known);
    assertThat(named).isEqualTo(FOREIGN_TYPES);
    assertThat(types("/** See {@code\n * GoneType.of} and {@code ONE_TWO}. */ {@code ThreeFour}"))
        .containsExactly("GoneType");
  }

  private static List<String> types(String source) {
    return Wording.comments(source).stream()
        .flatMap(comment -> TYPE.matcher(comment).results())
        .map(type -> type.group(1))
        .toList();
  }

  @Test
  void aFaultOfEachKindIsFound() {
    assertThat(page("[a](b.md) [c](#d) [e](README.md) [f](README.md#start)").brokenLinks())
        .containsExactly("page.md: ](b.md)", "page.md: ](#d)");
    assertThat(page("```sh\n# [a](b.md)\n```\n").brokenLinks()).isEmpty();
    assertThat(page("[a](#b)\n```sh\n# b\n```\n").brokenLinks()).hasSize(1);
    assertThat(page("```sh\n./forebay serve --prot 1\n```\n").unknownCommands()).hasSize(1);
    assertThat(page("```sh\n./forebay config check   # FILE\n```\n").unknownCommands()).hasSize(1);
    assertThat(page("```sh\n./forebay serve \\\n  --port 1  # --prot\n```\n").unknownCommands())
        .isEmpty();
    assertThat(page("`forebay serv`, `forebay config chek`").unknownCommands()).hasSize(2);
    assertThat(page("`forebay top --onec`").unknownCommands()).hasSize(1);
    assertThat(page("`forebay config check`, `forebay serve --port N`").unknownCommands())
        .isEmpty();
    String named = "`x-forebay-*`, `X-Forebay-Answer`, `x-forebay-reply`, `forebay_request_total`";
    assertThat(page(named).unknownNames(names()))
        .containsExactly("page.md: x-forebay-reply", "page.md: forebay_request_total");
    assertThat(
            page("`routes.*.keepAlive`, `routes.*.keepalive`, `server.prot`").unknownKeys(schema()))
        .containsExactly("page.md: routes.*.keepalive", "page.md: server.prot");
    assertThat(page("`DocsNamesTest`, `NoTest`").unknownTests(Set.of("DocsNamesTest.java")))
        .containsExactly("page.md: NoTest");
    assertThat(DocsPage.leads(ROOT.resolve("docs/README.md"), "guide")).isTrue();
    assertThat(DocsPage.leads(ROOT.resolve("docs/README.md"), "gudie")).isFalse();
    assertThat(DocsPage.leads(ROOT.resolve("docs").resolve("gudie.md"), "guide")).isFalse();
    assertThat(page("a quota that was told, `a quota that was told`").riddles())
        .containsExactly("page.md: told");
    assertThat(page("`.ci/run`, `.ci/rnu`, `forebay-cli/target/x`").missingPaths())
        .containsExactly("page.md: .ci/rnu");
  }

  private static DocsPage page(String text) {
    return new DocsPage(ROOT.resolve("page.md"), text);
  }

  private static JsonObject schema() {
    return new JsonObject(ConfigFile.schema());
  }

  private static Set<String> names() {
    return sources().stream()
        .filter(source -> source.toString().contains("/src/main/java/"))
        .flatMap(source -> NAME.matcher(DocsPage.read(source)).results().toList().stream())
        .map((MatchResult found) -> found.group(1))
        .collect(Collectors.toSet());
  }

  /** The repository's own text files but the documentation. */
  private static List<Path> sources() {
    List<Path> found = new ArrayList<>();
    collect(ROOT, found);
    return found;
  }

  private static void collect(Path folder, List<Path> found) {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.sorted().toList()) {
        String name = entry.getFileName().toString();
        if (Files.isDirectory(entry)) {
          if (!GENERATED.contains(name)) {
            collect(entry, found);
          }
        } else if (SOURCE.matcher(entry.toString()).matches() && Files.size(entry) < 1_000_000) {
          found.add(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
