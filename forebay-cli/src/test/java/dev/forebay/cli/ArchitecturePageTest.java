package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/architecture.md} names what is there; {@code CallPathTest} compares its walk with a
 * call.
 */
class ArchitecturePageTest {
  /** The most files that a newcomer should have to read. */
  private static final int LONGEST_WALK = 45;

  private static final Pattern STEP = Pattern.compile("(?m)^\\d+\\. `([\\w.]+)`:");
  private static final Pattern PACKAGE =
      Pattern.compile("`((?:core|engine|gateway)(?:\\.[a-z0-9]+)?)`");
  private static final Path SOURCES = Path.of("..");

  private final String page = read();

  private static String read() {
    try {
      return Files.readString(Path.of("../docs/architecture.md"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theWayOfACallNamesEachFileOnceAndIsShort() {
    List<String> files = named(STEP);
    assertThat(files).hasSizeBetween(30, LONGEST_WALK).doesNotHaveDuplicates();
    assertThat(files)
        .allSatisfy(
            name ->
                assertThatCode(() -> Class.forName("dev.forebay." + name))
                    .doesNotThrowAnyException());
  }

  @Test
  void allPackagesOfCoreEngineAndGatewayAreThere() throws IOException {
    for (String module : List.of("core", "engine", "gateway")) {
      Path root = SOURCES.resolve("forebay-" + module + "/src/main/java/dev/forebay");
      try (var files = Files.walk(root)) {
        List<String> packages =
            files
                .filter(file -> file.endsWith("package-info.java"))
                .map(file -> root.relativize(file.getParent()).toString().replace('/', '.'))
                .toList();
        assertThat(named(PACKAGE).stream().filter(name -> name.split("\\.", -1)[0].equals(module)))
            .hasSameElementsAs(packages);
      }
    }
  }

  private List<String> named(Pattern what) {
    return what.matcher(page).results().map((MatchResult found) -> found.group(1)).toList();
  }
}
