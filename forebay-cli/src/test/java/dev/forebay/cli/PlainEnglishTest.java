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
import java.util.TreeSet;
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

  /** Members of /api/status, which programs read: only where the dashboard reads them too. */
  private static final Pattern KEY =
      Pattern.compile("(?m)\\b(?:call|now)\\.(?:rung|verdict)\\b|^  (?:rung|verdict): [A-Z]\\w+;$");

  /** Types that have a former name and are another thing, and what they are. */
  private static final Map<String, String> OTHER_THINGS =
      Map.of(
          "JourneyEvent.java Waiting", "an event: the call waits",
          "SpanEvent.java Waiting", "the same, as an event of a span",
          "Turn.java Turn", "a turn of a conversation",
          "Turns.java Turns", "the turns of a conversation",
          "SharedAnswers.java Claim", "the right to bring an answer",
          "MemoryAnswers.java Claim", "the same, in a store for tests");

  /** Flyway refuses a database whose migrations had other checksums, which comments change too. */
  private static final Set<String> FIXED =
      Set.of(
          "forebay-jobs/src/main/resources/dev/forebay/jobs/sqlite/V1__jobs.sql",
          "forebay-jobs/src/main/resources/dev/forebay/jobs/postgresql/V1__jobs.sql");

  /** What is shipped or read beside the modules' sources and the docs. */
  private static final List<String> BESIDE =
      List.of(
          ".ci",
          "clients",
          "dashboard/src",
          "dashboard/test",
          "build-tools",
          "deploy",
          "examples",
          "forebay-benchmarks/process",
          "observability");

  private static final Set<String> BINARY = Set.of("ico", "png");

  /** What builds leave, and what others have written. */
  private static final Set<String> FOREIGN = Set.of("target", "node_modules", ".venv");

  private static final Set<String> NAMES = Set.of("java", "ts", "tsx", "css");

  @Test
  void noMessageAndNoCommentIsARiddle() throws IOException {
    Set<Path> files = java();
    assertThat(files).hasSizeGreaterThan(1_000);
    List<String> riddles = new ArrayList<>();
    for (Path file : files) {
      for (String text : texts(Files.readString(file))) {
        riddles(file, text).forEach(riddle -> riddles.add(file + ": " + riddle + " in " + text));
      }
    }
    assertThat(riddles).isEmpty();
  }

  /** What tests write between quotes is often what they look for. */
  private static List<String> riddles(Path file, String text) {
    if (text.startsWith("/")) {
      return Wording.riddlesOfProse(text);
    }
    boolean shipped = file.toString().contains("/src/main/");
    return shipped ? Wording.riddles(text) : List.of();
  }

  @Test
  void noFormerNameIsUsed() throws IOException {
    List<String> names = new ArrayList<>();
    int sources = 0;
    for (Path file : sources()) {
      sources++;
      String source = Files.readString(file);
      if (!file.endsWith("cli/Wording.java") && !file.endsWith("cli/PlainEnglishTest.java")) {
        Stream.concat(
                Wording.formerNames(source).stream(),
                Wording.formerWords(KEY.matcher(source).replaceAll("")).stream())
            .forEach(name -> names.add(file + ": " + name));
      }
    }
    assertThat(sources).isGreaterThan(1_000);
    assertThat(names).isEmpty();
  }

  @Test
  void noNameOfCodeOrTestsIsARiddle() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : sources()) {
      if (ending(file).equals("java")) {
        Wording.riddlesInNames(Files.readString(file))
            .forEach(name -> names.add(file + ": " + name));
      }
    }
    assertThat(names).isEmpty();
    String source =
        """
        int MAX_TOLD; isTold(told, toldQuota); threshold; forgetOld(); toldApart(); // told
        void aCallerIsToldWhy() {} void itIsSaidOnce() { say("told", toldHow); }
        """;
    assertThat(Wording.riddlesInNames(source))
        .containsExactly(
            "MAX_TOLD",
            "isTold",
            "told",
            "toldQuota",
            "aCallerIsToldWhy",
            "itIsSaidOnce",
            "toldHow");
  }

  @Test
  void noTypeHasAFormerName() throws IOException {
    List<String> names = new ArrayList<>();
    Set<String> excepted = new TreeSet<>();
    for (Path file : sources()) {
      if (!file.endsWith("cli/PlainEnglishTest.java")) {
        for (String name : Wording.formerTypes(Files.readString(file))) {
          String type = file.getFileName() + " " + name;
          if (OTHER_THINGS.containsKey(type)) {
            excepted.add(type);
          } else {
            names.add(file + ": " + name);
          }
        }
      }
    }
    assertThat(names).isEmpty();
    assertThat(excepted).isEqualTo(OTHER_THINGS.keySet());
  }

  @Test
  void formerNamesAreFoundInAnyCase() {
    assertThat(Wording.formerTypes("record Found(int i) {} class Founder {}"))
        .containsExactly("Found");
    assertThat(Wording.formerNames("view.look(); this::look; lookUp(); look = 1"))
        .containsExactly("look", "::look");
    assertThat(
            Wording.formerNames("job.bury(); beat(1); fly (); new QuotaMirror(); upbeat(); beat"))
        .containsExactly("bury", "beat", "QuotaMirror");
    String source =
        """
        sealed interface Shape permits Round {} /** A permit. */ int spare; var jobDesk = "rung";
        transparent(PERMITS_PER_SECOND, permitted, spared, allowanceOf, ShownRungs, Rungs);
        """;
    assertThat(Wording.formerWords(source))
        .containsExactly("permit", "spare", "Desk", "PERMITS", "allowance", "Rungs", "Rungs");
  }

  @Test
  void noPageAndNoExampleIsARiddle() throws IOException {
    List<String> riddles = new ArrayList<>();
    Set<Path> pages = pages();
    for (Path file : pages) {
      if (!FIXED.contains(ROOT.relativize(file).toString())) {
        Wording.riddles(Files.readString(file))
            .forEach(riddle -> riddles.add(file + ": " + riddle));
      }
    }
    assertThat(pages.stream().map(PlainEnglishTest::ending))
        .contains("json", "yaml", "html", "ts", "tsx", "sql", "lua", "xml", "sh", "mjs", "py", "");
    assertThat(riddles).isEmpty();
  }

  @Test
  void textsAreFoundWhereverTheyStand() {
    String source =
        """
        /** It is told, {@link Told}. */ char quote = '"'; // lest it forgets {@code tell}
        String said = "of late \\" told, it tells"; String block = ""\"
            nobody waits ""\";
        """;
    Path main = ROOT.resolve("forebay-cli/src/main/java/A.java");
    assertThat(texts(source).stream().flatMap(text -> riddles(main, text).stream()))
        .containsExactly("told", "lest", "forgets", "of late", "told", "nobody");
    Path test = ROOT.resolve("forebay-cli/src/test/java/ATest.java");
    assertThat(texts(source).stream().flatMap(text -> riddles(test, text).stream()))
        .containsExactly("told", "lest", "forgets");
  }

  private static List<String> texts(String source) {
    return TEXT.matcher(source)
        .results()
        .map(MatchResult::group)
        .map(text -> MARKUP.matcher(text).replaceAll(" "))
        .toList();
  }

  /** Java of all modules, main and test, and the dashboard's sources. */
  private static Set<Path> sources() throws IOException {
    Set<Path> found = files(ROOT.resolve("dashboard/src"));
    for (Path module : modules()) {
      found.addAll(files(module.resolve("src")));
    }
    found.removeIf(file -> !NAMES.contains(ending(file)));
    found.removeIf(file -> file.toString().contains("resources"));
    return found;
  }

  /** Java of all modules, main and test. */
  private static Set<Path> java() throws IOException {
    Set<Path> found = new TreeSet<>();
    for (Path module : modules()) {
      found.addAll(files(module.resolve("src")));
    }
    found.removeIf(file -> !ending(file).equals("java"));
    return found;
  }

  private static Set<Path> pages() throws IOException {
    Set<Path> found = new TreeSet<>();
    for (Path module : modules()) {
      found.addAll(files(module.resolve("src/main")));
    }
    found.removeIf(file -> ending(file).equals("java"));
    for (String folder : BESIDE) {
      found.addAll(files(ROOT.resolve(folder)));
    }
    found.removeIf(file -> BINARY.contains(ending(file)));
    return found;
  }

  private static List<Path> modules() throws IOException {
    List<Path> found = new ArrayList<>();
    try (var modules = Files.newDirectoryStream(ROOT, "forebay-*")) {
      modules.forEach(found::add);
    }
    return found;
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }

  private static Set<Path> files(Path folder) throws IOException {
    Set<Path> found = new TreeSet<>();
    if (Files.isDirectory(folder)) {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path here, BasicFileAttributes attributes) {
              return FOREIGN.contains(here.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              found.add(file);
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return found;
  }
}
