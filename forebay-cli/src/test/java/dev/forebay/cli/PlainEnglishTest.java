package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Messages, descriptions and log lines are in plain English; {@link DocsNamesTest} reads the docs.
 */
class PlainEnglishTest {
  private static final Pattern LITERAL = Pattern.compile("\"(?:\\\\.|[^\"\\\\\n])*+\"");

  private static final Pattern RIDDLE =
      Pattern.compile(
          "\\b(?:told|lest|of late|who(?:ever)? reads|(?:is|are) let go|nobody waits|said once|is none(?! of ))\\b");

  @Test
  void noMessageIsARiddle() throws IOException {
    assertThat(riddles(Path.of(".."))).isEmpty();
  }

  private static List<String> riddles(Path root) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources(root)) {
      Matcher literal = LITERAL.matcher(Files.readString(file));
      while (literal.find()) {
        if (RIDDLE.matcher(literal.group()).find()) {
          found.add(file.getFileName() + ": " + literal.group());
        }
      }
    }
    return found;
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var modules = Files.newDirectoryStream(root, "forebay-*")) {
      for (Path module : modules) {
        Path main = module.resolve("src/main/java");
        if (Files.isDirectory(main)) {
          try (var files = Files.walk(main)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
          }
        }
      }
    }
    assertThat(found).hasSizeGreaterThan(500);
    return found;
  }
}
