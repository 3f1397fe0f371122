package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The same sources build the same program: no plugin or library is chosen on the day of a build.
 */
class PinnedBuildTest {
  private static final Path TOP = Path.of("..");
  private static final Pattern PLUGIN = Pattern.compile("<plugin>(.*?)</plugin>", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("<artifactId>(.*?)</artifactId>");
  private static final Pattern VERSION = Pattern.compile("<version>(.*?)</version>");
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{(.*?)}");

  /** What Maven runs by itself, in versions of its own where none is given. */
  private static final Set<String> BY_DEFAULT =
      Set.of(
          "maven-clean-plugin",
          "maven-compiler-plugin",
          "maven-deploy-plugin",
          "maven-install-plugin",
          "maven-jar-plugin",
          "maven-resources-plugin",
          "maven-surefire-plugin");

  @Test
  void everyPluginHasAVersion() throws Exception {
    Set<String> pinned = new HashSet<>();
    List<String> used = new ArrayList<>(BY_DEFAULT);
    for (Path pom : poms()) {
      Matcher plugin = PLUGIN.matcher(Files.readString(pom));
      while (plugin.find()) {
        String name = first(NAME, plugin.group(1));
        used.add(name);
        // Before what it is configured with, where versions of other things may stand.
        String own = plugin.group(1).split("<configuration>|<executions>|<dependencies>", 2)[0];
        if (VERSION.matcher(own).find()) {
          pinned.add(name);
        }
      }
    }
    assertThat(pinned).containsAll(used);
  }

  @Test
  void everyVersionIsExact() throws Exception {
    String parent = Files.readString(TOP.resolve("pom.xml"));
    for (Path pom : poms()) {
      // The JDK is chosen from those that are there; what it compiles for is exact.
      String text = Files.readString(pom).replace("<version>[21,)</version>", "");
      Matcher version = VERSION.matcher(text);
      while (version.find()) {
        String exact = version.group(1);
        Matcher property = PROPERTY.matcher(exact);
        if (property.matches() && !property.group(1).startsWith("project.")) {
          String name = Pattern.quote(property.group(1));
          exact = first(Pattern.compile("<%s>(.*?)</%<s>".formatted(name)), parent);
        }
        assertThat(exact).as("%s", pom).matches("\\d[\\w.-]*|\\$\\{project\\.version}");
        if (!exact.equals("0.1.0-SNAPSHOT")) {
          assertThat(exact).as("%s", pom).doesNotContain("SNAPSHOT");
        }
      }
    }
  }

  @Test
  void jarsBearAFixedTime() throws Exception {
    assertThat(Files.readString(TOP.resolve("pom.xml")))
        .containsPattern("<project.build.outputTimestamp>\\d{4}-\\d\\d-\\d\\dT");
  }

  private static List<Path> poms() throws IOException {
    try (Stream<Path> modules = Files.list(TOP)) {
      return Stream.concat(Stream.of(TOP), modules.filter(Files::isDirectory))
          .map(folder -> folder.resolve("pom.xml"))
          .filter(Files::exists)
          .toList();
    }
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }
}
