package dev.forebay.it.howto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a reader copies from a page of docs/how-to.
 *
 * @param text the whole page
 */
record HowToPage(String text) {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern FILE =
      Pattern.compile("(?ms)^`([\\w./-]+)`\\n\\n```\\w+\\n(.*?)^```");
  private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

  static HowToPage of(String name) throws IOException {
    return new HowToPage(Files.readString(ROOT.resolve("docs/how-to/" + name + ".md")));
  }

  /** Files by their names: each stands after a line with its name. */
  Map<String, String> files() {
    return FILE.matcher(text)
        .results()
        .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
  }

  /** The blocks of lines for a shell. */
  List<String> shell() {
    return SHELL.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  /** What a table says of a setting, without the marks of code. */
  String setting(String name) {
    Matcher row =
        Pattern.compile("(?m)^\\| `?" + Pattern.quote(name) + "`? \\| ([^|]*) \\|$").matcher(text);
    if (!row.find()) {
      throw new AssertionError("no setting " + name);
    }
    return row.group(1).replace("`", "");
  }

  /** Lays the files into a folder. */
  void lay(Path folder) throws IOException {
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }
}
