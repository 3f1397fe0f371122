package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whatever a caller or an operator can meet stands in docs/troubleshooting.md: the sources say what
 * that is.
 */
class TroubleshootingTest {
  private static final Path ROOT = Path.of("..");
  private static final List<String> MODULES =
      List.of("core", "bedrock", "client", "gateway", "jobs", "sqs", "telemetry", "cli");

  /** What makes an error that reaches a caller; a message may be said just before it. */
  private static final Pattern ERROR =
      Pattern.compile(
          "new ErrorInfo\\(|String message\\s*=|\\b(?:forbidden|ownError|connectionFailure|unsigned|invalid|unusable|refusal)\\("
              + "|new JobException\\.\\w+\\(");

  private static final Pattern LOG =
      Pattern.compile("\\blog\\.(?:warn|error)\\(|\\.at(?:Warn|Error)\\(\\)[^;]*?\\.log\\(");

  /** Up to the end of a statement; of a switch, up to the end of all its cases. */
  private static final Pattern END = Pattern.compile("(?s)\\s*(?:switch.*?\\n *}|.*?);\\n");

  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern TYPE = Pattern.compile("[A-Z]\\w+Exception");
  private static final Pattern KIND = Pattern.compile("(?m)^  [A-Z_]+\\(\"([a-z-]+)\"\\)[,;]$");
  private static final Pattern COMMENT = Pattern.compile("(?s:/\\*.*?\\*/)|(?m:^\\s*//.*$)");

  /** A part of a message that is the same each time, and long enough to be searched for. */
  private static final int TELLING = 12;

  private final String page = plain(read(ROOT.resolve("docs/troubleshooting.md")));

  @Test
  void everyTypeOfErrorHasAnEntry() {
    Set<String> types = errors(TYPE.asMatchPredicate());
    types.addAll(
        literals(
            read(ROOT.resolve("forebay-bedrock/src/main/java/dev/forebay/bedrock/KnownError.java")),
            Pattern.compile("(?m)^  [A-Z_]+\\("),
            TYPE.asMatchPredicate()));
    assertThat(types).hasSizeGreaterThan(15).allMatch(type -> page.contains(plain(type)));
  }

  @Test
  void everyMessageOfAnErrorHasAnEntry() {
    assertThat(telling(errors(TYPE.asMatchPredicate().negate())))
        .hasSizeGreaterThan(40)
        .allMatch(page::contains);
  }

  @Test
  void everyLineOfTheLogThatWarnsHasAnEntry() {
    Set<String> lines = new TreeSet<>();
    sources().forEach(source -> lines.addAll(literals(source, LOG, any -> true)));
    assertThat(telling(lines)).hasSizeGreaterThan(20).allMatch(page::contains);
  }

  @Test
  void everyKindOfAlarmHasItsRow() {
    String kinds =
        read(ROOT.resolve("forebay-gateway/src/main/java/dev/forebay/gateway/live/AlarmKind.java"));
    assertThat(KIND.matcher(kinds).results().map(kind -> "\n| `" + kind.group(1) + "` |"))
        .hasSizeGreaterThan(15)
        .allMatch(read(ROOT.resolve("docs/troubleshooting.md"))::contains);
  }

  @Test
  void everyHeadlineOfTheDashboardHasAnEntry() {
    String status =
        read(
            ROOT.resolve(
                "forebay-gateway/src/main/java/dev/forebay/gateway/live/OverallStatus.java"));
    Set<String> headlines =
        new TreeSet<>(
            literals(status, Pattern.compile("new Sentence\\("), text -> text.endsWith(".")));
    assertThat(telling(headlines)).hasSizeGreaterThan(5).allMatch(page::contains);
  }

  private static Set<String> errors(Predicate<String> which) {
    Set<String> found = new TreeSet<>();
    sources().forEach(source -> found.addAll(literals(source, ERROR, which)));
    return found;
  }

  /** The strings in the statements that begin so, each put together where it is in parts. */
  private static List<String> literals(String source, Pattern begin, Predicate<String> which) {
    List<String> found = new ArrayList<>();
    String whole = source.replaceAll("\"\\s*\\+\\s*\"", "");
    Matcher start = begin.matcher(whole);
    while (start.find()) {
      Matcher end = END.matcher(whole).region(start.end(), whole.length());
      String statement = end.lookingAt() ? end.group() : "";
      LITERAL
          .matcher(statement)
          .results()
          .map((MatchResult literal) -> literal.group(1))
          .filter(which)
          .forEach(found::add);
    }
    return found;
  }

  /** Of each message the first sentence or part of one that is always the same. */
  private static List<String> telling(Set<String> messages) {
    return messages.stream()
        .map(TroubleshootingTest::plain)
        .flatMap(
            message ->
                Stream.of(message.split("%[,.\\d]*[sd]|\\{}|\\. |; |: |\\.\\.\\."))
                    .map(part -> part.replaceAll("^\\W+|\\W+$", ""))
                    .filter(part -> part.length() >= TELLING)
                    .limit(1))
        .collect(Collectors.toList());
  }

  private static String plain(String text) {
    return text.replace("`", "").replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }

  private static List<String> sources() {
    List<String> sources = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(ROOT.resolve("forebay-" + module + "/src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> sources.add(COMMENT.matcher(read(file)).replaceAll("")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
