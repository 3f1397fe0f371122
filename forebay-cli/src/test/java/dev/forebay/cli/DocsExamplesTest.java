package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigException;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import dev.forebay.gateway.diagnosis.ConfigWarnings;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example of a configuration in the README and the docs is read as the gateway would. */
class DocsExamplesTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(\\w+)");
  private static final Pattern TIERS =
      Pattern.compile("tiers:((?:(?:[^\\[{:#]|#[^\\n]*)*\\[[^#\\n]*)+)");
  private static final Pattern ROUTE = Pattern.compile("(?:routes: \\[|route: )([\\w.-]+)");
  private static final Pattern NAME = Pattern.compile("[\\w.-]+");

  /** Files that an example names and this machine does not have. */
  private static final String NO_FILE = "cannot be read; check its name and permissions";

  record Example(String where, String text) {
    @Override
    public String toString() {
      return where;
    }
  }

  static Stream<Example> examples() {
    return DocsPage.all().stream().flatMap(DocsExamplesTest::examplesOf);
  }

  @Test
  void thePagesHaveExamples() {
    assertThat(examples().map(Example::where))
        .anyMatch(where -> where.startsWith("README.md"))
        .anyMatch(where -> where.startsWith("quotas-and-priorities.md"))
        .anyMatch(where -> where.startsWith("claude-code.md"))
        .filteredOn(where -> where.startsWith("choosing-fallbacks.md"))
        .hasSizeGreaterThan(3);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleIsValidAndHasNoWarning(Example example) {
    assertThat(problems(example)).isEmpty();
  }

  @Test
  void aFaultyExampleIsFound() {
    assertThat(problems(new Example("page", "targets:\n  one: { regoin: us-east-1 }\n")))
        .anyMatch(problem -> problem.contains("did you mean 'region'"));
    assertThat(problems(new Example("page", "targets:\n  one: { region: us-est-1, model: x }\n")))
        .anyMatch(problem -> problem.contains("no region 'us-est-1'"));
    assertThat(problems(new Example("page", "server: { port: 8480 }\n"))).isEmpty();
  }

  /** Errors and warnings that no example may have. */
  private static List<String> problems(Example example) {
    String whole = completed(example.text());
    Map<String, String> env = new HashMap<>();
    REFERENCE
        .matcher(whole)
        .results()
        .forEach(found -> env.put(found.group(1), value(found.group(1))));
    try {
      GatewayConfig config = ConfigFile.parse(whole, example.where(), env);
      // A fallback of another family never counts the tokens of InvokeModel bodies; the page says
      // so. An example is about one thing, and leaves quotas out if they are not it.
      return ConfigWarnings.of(config).stream()
          .map(Problem::toString)
          .filter(
              warning ->
                  !warning.contains("can never serve count-tokens of an InvokeModel")
                      && !warning.contains("has no quota"))
          .toList();
    } catch (ConfigException e) {
      return e.problems().stream()
          .map(Problem::toString)
          .filter(problem -> !problem.contains(NO_FILE))
          .toList();
    }
  }

  private static Stream<Example> examplesOf(DocsPage page) {
    String text = page.text();
    return BLOCK
        .matcher(text)
        .results()
        .map(
            block ->
                new Example(
                    page.file().getFileName()
                        + ":"
                        + text.substring(0, block.start()).lines().count(),
                    block.group(1)));
  }

  /** An example may leave out what its text is not about. */
  private static String completed(String text) {
    StringBuilder whole = new StringBuilder(text);
    boolean targets = has(text, "targets");
    boolean routes = has(text, "routes");
    if (!targets) {
      whole.append("targets:\n");
      List<String> named = routes ? named(text) : List.of("one");
      named.forEach(name -> whole.append(target(name)));
    }
    if (!routes) {
      String tier = targets ? String.join(", ", targetsOf(text)) : "one";
      Matcher named = ROUTE.matcher(text);
      String route = named.find() ? named.group(1) : "anthropic.claude-sonnet-4-6";
      whole.append("routes:\n  \"%s\": { tiers: [[%s]] }\n".formatted(route, tier));
    }
    if (text.contains("queue: {") && !has(text, "jobs")) {
      whole.append("jobs: { store: \"sqlite:data/jobs.db\" }\n");
    }
    if (text.contains("host: 0.0.0.0") && !has(text, "auth")) {
      whole.append("auth: open\n");
    }
    return whole.toString();
  }

  /** Any text, but for a key of 32 bytes in base64. */
  private static String value(String name) {
    return name.equals("FOREBAY_CLUSTER_KEY")
        ? Base64.getEncoder().encodeToString(new byte[32])
        : "of-" + name;
  }

  private static boolean has(String text, String section) {
    return Pattern.compile("(?m)^" + section + ":").matcher(text).find();
  }

  private static String target(String name) {
    return "  " + name + ": { region: us-east-1, model: us.anthropic.claude-sonnet-4-6 }\n";
  }

  private static List<String> named(String text) {
    List<String> names = new ArrayList<>();
    Matcher tiers = TIERS.matcher(text);
    while (tiers.find()) {
      NAME.matcher(tiers.group(1).replaceAll("[^\\]]*$", ""))
          .results()
          .map(MatchResult::group)
          .forEach(names::add);
    }
    return names;
  }

  private static List<String> targetsOf(String text) {
    return Pattern.compile("(?m)^  ([\\w.-]+):")
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
