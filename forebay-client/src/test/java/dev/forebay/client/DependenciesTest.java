package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What comes into a program with the library, as the build resolves it. */
class DependenciesTest {
  private static final Pattern ARTIFACT =
      Pattern.compile("^\\s+([\\w.-]+):([\\w.-]+):jar:(?!.*\\(optional)", Pattern.MULTILINE);

  /**
   * The AWS SDK with what its clients bring, and what Forebay adds to it: Jackson, a YAML parser,
   * SLF4J, and Caffeine, which keeps the engine's cache of answers.
   */
  private static final Set<String> GROUPS =
      Set.of(
          "dev.forebay",
          "software.amazon.awssdk",
          "software.amazon.eventstream",
          "io.netty",
          "org.apache.httpcomponents.client5",
          "org.apache.httpcomponents.core5",
          "commons-codec",
          "org.reactivestreams",
          "org.slf4j",
          "org.jspecify",
          "tools.jackson.core",
          "com.fasterxml.jackson.core",
          "org.snakeyaml",
          "com.github.ben-manes.caffeine",
          "com.google.errorprone");

  @Test
  void nothingElseComesWithIt() throws IOException {
    String list = Files.readString(Path.of("target/dependencies.txt"));
    Set<String> groups = new TreeSet<>();
    Set<String> own = new TreeSet<>();
    Matcher found = ARTIFACT.matcher(list);
    while (found.find()) {
      groups.add(found.group(1));
      if (found.group(1).equals("dev.forebay")) {
        own.add(found.group(2));
      }
    }
    assertThat(GROUPS).containsAll(groups);
    assertThat(own)
        .isEqualTo(
            new TreeSet<>(
                List.of("forebay-bedrock", "forebay-config", "forebay-core", "forebay-engine")));
  }
}
