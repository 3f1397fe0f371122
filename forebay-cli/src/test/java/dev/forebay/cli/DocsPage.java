package dev.forebay.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * A page of the documentation, and what it names that does not exist.
 *
 * @param file where it is, relative to the module
 * @param text its Markdown
 */
record DocsPage(Path file, String text) {
  static final Path ROOT = Path.of("..");

  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```(\\w*)\\n(.*?)^ *```$");
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!\\w+:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern COMMENT = Pattern.compile("(?m)(?:^|\\s)#.*$");

  /** The command as a shell line begins it, and its words up to what the shell itself reads. */
  private static final Pattern LINE =
      Pattern.compile("(?m)(?:^|\\s)(?:\\./|/opt/forebay/bin/)forebay([^\\w:/-][^|&;>\\n]*)?$?");

  private static final Pattern INLINE = Pattern.compile("`(?:\\./)?forebay ([^`\\n]+)`");

  /** A header or a metric of Forebay, whose names nothing else has. */
  private static final Pattern NAME =
      Pattern.compile("(?i:x-forebay-[a-z-]*[a-z])|\\bforebay_[a-z_]*[a-z]\\b");

  private static final Pattern PATH =
      Pattern.compile(
          "`(?:\\./)?((?:\\.ci|observability|build-tools|docs|forebay-[a-z]+)/[\\w./-]+)");

  /** A test class; code in a block is the reader's own. */
  private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w+Test\\b");

  private static final Pattern KEY =
      Pattern.compile(
          "`((?:server|targets\\.\\*|routes\\.\\*|models\\.\\*|jobs|auth|sqs\\.\\*|telemetry|cluster)"
              + "(?:\\.[A-Za-z*]+)+)");

  /** Wordings that say less than the field's own terms. */
  private static final Pattern QUOTE = Pattern.compile("`[^`\\n]*`");

  /** Members of /api/status beside the configuration's keys. */
  private static final Set<String> STATUS =
      Set.of(
          "targets.*.connectionError",
          "targets.*.lastMinute",
          "targets.*.operations",
          "routes.*.ladder");

  /** README, the other pages at the root, and all of docs. */
  static List<DocsPage> all() {
    try (Stream<Path> root = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(root, docs)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .map(page -> new DocsPage(page, read(page)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file's text; what is not UTF-8 in a binary one is replaced. */
  static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Links to files or headings that are not there. */
  List<String> brokenLinks() {
    List<String> broken = new ArrayList<>();
    Matcher link = LINK.matcher(prose());
    while (link.find()) {
      Path to = link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1)).normalize();
      if (!leads(to, link.group(2))) {
        broken.add(said(link.group()));
      }
    }
    return broken;
  }

  /** Whether there is such a file, with a heading that has this anchor on GitHub. */
  static boolean leads(Path to, String anchor) {
    return Files.exists(to)
        && (anchor == null || new DocsPage(to, read(to)).anchors().contains(anchor));
  }

  private List<String> anchors() {
    return HEADING
        .matcher(prose())
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9 _-]", "")
                    .replace(' ', '-'))
        .toList();
  }

  /** Commands of Forebay that its own command line would not take. */
  List<String> unknownCommands() {
    List<String> unknown = new ArrayList<>();
    shellLines()
        .forEach(
            words -> {
              try {
                Main.commandLine().parseArgs(words);
              } catch (ParameterException e) {
                unknown.add(said(String.join(" ", words) + ": " + e.getMessage()));
              }
            });
    INLINE
        .matcher(prose())
        .results()
        .map(found -> words(found.group(1)))
        .filter(words -> !isNamed(words))
        .forEach(words -> unknown.add(said(String.join(" ", words))));
    return unknown;
  }

  /** The arguments of each command that a reader copies from a block for a shell. */
  private Stream<String[]> shellLines() {
    return FENCE
        .matcher(text)
        .results()
        .filter(block -> block.group(1).isEmpty() || block.group(1).equals("sh"))
        .map(block -> COMMENT.matcher(block.group(2).replace("\\\n", " ")).replaceAll(""))
        .flatMap(block -> LINE.matcher(block).results().toList().stream())
        .map(found -> found.group(1) == null ? new String[0] : words(found.group(1)));
  }

  /** A sentence may name a command without all that it needs, so only the names are looked up. */
  private static boolean isNamed(String[] words) {
    CommandLine command = Main.commandLine();
    for (String word : words) {
      if (word.startsWith("-")) {
        if (command.getCommandSpec().findOption(word.replaceAll("=.*", "")) == null) {
          return false;
        }
      } else if (!command.getSubcommands().isEmpty()) {
        command = command.getSubcommands().get(word);
        if (command == null) {
          return false;
        }
      }
    }
    return true;
  }

  /** Placeholders of numbers become some. */
  private static String[] words(String line) {
    return Arrays.stream(line.trim().split("\\s+"))
        .filter(word -> !word.isEmpty())
        .map(word -> word.matches("[NX]") ? "1" : word)
        .toArray(String[]::new);
  }

  /** Headers and metrics of Forebay that are none of the program's. */
  List<String> unknownNames(Set<String> known) {
    return NAME.matcher(text)
        .results()
        .map(MatchResult::group)
        .filter(name -> !known.contains(name.toLowerCase(Locale.ROOT)))
        .map(this::said)
        .toList();
  }

  /** Keys of the configuration that its schema has not got. */
  List<String> unknownKeys(JsonObject schema) {
    return KEY.matcher(text)
        .results()
        .map(found -> found.group(1))
        .filter(key -> !STATUS.contains(key) && !declares(schema, List.of(key.split("\\."))))
        .map(this::said)
        .toList();
  }

  private static boolean declares(JsonObject schema, List<String> path) {
    if (path.isEmpty()) {
      return true;
    }
    String key = path.getFirst();
    List<String> rest = path.subList(1, path.size());
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    return schema.getJsonArray("anyOf", new JsonArray()).stream()
            .anyMatch(any -> declares((JsonObject) any, path))
        || (properties.containsKey(key) && declares(properties.getJsonObject(key), rest))
        || (schema.getValue("additionalProperties") instanceof JsonObject named
            && declares(named, rest))
        || (key.equals("*")
            && schema.getValue("items") instanceof JsonObject item
            && declares(item, rest));
  }

  /** Banned wordings; messages that are quoted as code stay as the program prints them. */
  List<String> riddles() {
    return Wording.riddlesOfProse(QUOTE.matcher(prose()).replaceAll("")).stream()
        .map(this::said)
        .toList();
  }

  /** Tests that are not among those of the repository. */
  List<String> unknownTests(Set<String> known) {
    return TEST.matcher(prose())
        .results()
        .map(MatchResult::group)
        .filter(test -> !known.contains(test + ".java"))
        .map(this::said)
        .toList();
  }

  /** Scripts and files of the repository that are not there; what a build makes need not be. */
  List<String> missingPaths() {
    return PATH.matcher(prose())
        .results()
        .map(found -> found.group(1))
        .filter(path -> !path.contains("/target/") && !Files.exists(ROOT.resolve(path)))
        .map(this::said)
        .toList();
  }

  /** The page without its blocks of code. */
  private String prose() {
    return FENCE.matcher(text).replaceAll("");
  }

  private String said(String fault) {
    return file.getFileName() + ": " + fault;
  }
}
