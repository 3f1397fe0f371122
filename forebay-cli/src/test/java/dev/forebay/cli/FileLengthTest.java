package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A file holds what one reader takes in at once. */
class FileLengthTest {
  private static final int MOST_LINES = 400;

  /** Longer files, by their paths, and why each is one. */
  private static final Map<String, String> LONGER =
      Map.of(
          "forebay-core/src/main/java/dev/forebay/core/health/Breaker.java",
          "one state machine: each state's evidence decides of the next one",
          "forebay-core/src/test/java/dev/forebay/core/health/BreakerTest.java",
          "the cases of that machine, on one clock and one breaker");

  private static final Path ROOT = Path.of("..");
  private static final Pattern CODE = Pattern.compile(".*\\.(?:java|ts|mjs|js|py)");

  private static final Set<String> FOREIGN =
      Set.of("target", ".o", ".git", ".m2", "node_modules", "dist");

  @Test
  void noFileIsLongerButThoseWithAReason() throws IOException {
    Map<String, Integer> longer = new TreeMap<>();
    for (Path file : files()) {
      int lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES) {
        longer.put(
            ROOT.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/"),
            lines);
      }
    }
    assertThat(longer.keySet())
        .as("files of more than %d lines: %s", MOST_LINES, longer)
        .containsExactlyInAnyOrderElementsOf(LONGER.keySet());
  }

  private static List<Path> files() throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return FOREIGN.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (CODE.matcher(file.toString()).matches()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    assertThat(found).hasSizeGreaterThan(1_000);
    return found;
  }
}
