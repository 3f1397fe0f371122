package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Messages, help, log lines, Javadoc, comments and what an operator sees are in plain English, and
 * names are the field's; {@link DocsNamesTest} reads the docs.
 */
class PlainEnglishTest {
  /** Literals and text blocks, so that no quote within a comment begins one, and comments. */
  private static final Pattern TEXT =
      Pattern.compile(
          "\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\n])*+\"|'(?:\\\\.|[^'\\\\\n])*+'"
              + "|/\\*[\\s\\S]*?\\*/|//[^\n]*+");

  private static final Pattern MARKUP =
      Pattern.compile("\\{@\\w+ [^}]*+}|@param <?\\w++>?|\\n *+\\*");

  private static final Path ROOT = Path.of("..");

  private static final Set<String> PAGES = Set.of("json", "yaml", "yml", "html", "ts", "tsx");

  @Test
  void noMessageAndNoCommentIsARiddle() throws IOException {
    List<Path> files = files("java");
    assertThat(files).hasSizeGreaterThan(500);
    List<String> riddles = new ArrayList<>();
    for (Path file : files) {
      for (String text : texts(Files.readString(file))) {
        Wording.riddles(text).stream()
            .forEach(riddle -> riddles.add(file + ": " + riddle + " in " + text));
      }
    }
    assertThat(riddles).isEmpty();
  }

  @Test
  void noFormerNameIsUsed() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : files("java")) {
      Wording.formerNames(Files.readString(file)).forEach(name -> names.add(file + ": " + name));
    }
    assertThat(names).isEmpty();
  }

  /** A call that waits is one of the journey's events. */
  @Test
  void noTypeHasAFormerName() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : files("java")) {
      boolean events = file.endsWith("JourneyEvent.java") || file.endsWith("SpanEvent.java");
      if (file.toString().contains("main")) {
        Wording.formerTypes(Files.readString(file)).stream()
            .filter(name -> !(events && name.equals("Waiting")))
            .forEach(name -> names.add(file + ": " + name));
      }
    }
    assertThat(names).isEmpty();
    assertThat(Wording.formerTypes("record Found(int i) {} class Founder {}"))
        .containsExactly("Found");
  }

  @Test
  void noPageAndNoExampleIsARiddle() throws IOException {
    List<String> riddles = new ArrayList<>();
    int pages = 0;
    for (String ending : PAGES) {
      for (Path file : files(ending)) {
        pages++;
        Wording.riddles(Files.readString(file))
            .forEach(riddle -> riddles.add(file + ": " + riddle));
      }
    }
    assertThat(pages).isGreaterThan(20);
    assertThat(riddles).isEmpty();
  }

  @Test
  void textsAreFoundWhereverTheyStand() {
    String source =
        """
        /** It is told, {@link Told}. */ char quote = '"'; // lest
        String said = "of late \\" told"; String block = ""\"
            nobody waits ""\";
        """;
    assertThat(texts(source).stream().flatMap(text -> Wording.riddles(text).stream()))
        .containsExactly("told", "lest", "of late", "told", "nobody waits");
  }

  private static List<String> texts(String source) {
    return TEXT.matcher(source)
        .results()
        .map(MatchResult::group)
        .map(text -> MARKUP.matcher(text).replaceAll(" "))
        .toList();
  }

  /** What is shipped: main sources and resources of all modules, and the dashboard. */
  private static List<Path> files(String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var modules = Files.newDirectoryStream(ROOT, "{forebay-*,dashboard}")) {
      for (Path module : modules) {
        for (String folder : List.of("src/main", "src")) {
          Path sources = module.resolve(folder);
          if (Files.isDirectory(sources)
              && folder.equals("src") == module.getFileName().toString().equals("dashboard")) {
            try (Stream<Path> files = Files.walk(sources)) {
              files.filter(file -> file.toString().endsWith("." + ending)).forEach(found::add);
            }
          }
        }
      }
    }
    return found;
  }
}
