package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cli.Main;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.it.process.MethodEntries;
import dev.forebay.it.process.MethodEntries.Entry;
import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk of {@code docs/architecture.md} is that of a real call: a Converse call that gets a 429
 * from its first target and its answer from the fallback.
 */
class CallPathTest {
  private static final String OURS = "dev.forebay.";
  private static final Pattern LISTENS = Pattern.compile("listens on (http://\\S+)");
  private static final Pattern STEP = Pattern.compile("(?m)^\\d+\\. `([\\w.]+)`:");
  private static final Pattern MODULE = Pattern.compile("`forebay-(\\w+)`");
  private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");

  /** From the sentence that introduces the list to the first line that is none of it. */
  private static final Pattern LEFT_OUT =
      Pattern.compile("leaves out[^:]*:\\n\\n((?:- .*\\n(?:  .*\\n)*)+)");

  private static final Entry END =
      new Entry(OURS + "gateway.call.GatewayRuntime", "callEnded", false);

  private static final String BODY =
      """
      {"messages": [{"role": "user", "content": [{"text": "Hello"}]}], "inferenceConfig": {"maxTokens": 20}}\
      """;

  @TempDir private Path folder;

  @Test
  void theWalkIsThatOfACall() throws Exception {
    String page = Files.readString(Path.of("../docs/architecture.md"));
    List<String> walk = named(STEP, page);
    List<Entry> entries = entries();
    Set<String> called =
        entries.stream()
            .filter(entry -> !entry.constructs())
            .map(CallPathTest::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    assertThat(called.stream().filter(walk::contains)).containsExactlyElementsOf(walk);

    LeftOut leftOut = LeftOut.of(page);
    Set<String> others = entries.stream().map(CallPathTest::name).collect(Collectors.toSet());
    walk.forEach(others::remove);
    assertThat(others.stream().filter(name -> !leftOut.has(name)).sorted()).isEmpty();
    assertThat(leftOut.types()).isSubsetOf(others);
  }

  /** A call like it warms up the gateway, through another route to other targets. */
  private List<Entry> entries() throws Exception {
    try (Emulator emulator =
            Emulator.start(
                EmulatorConfig.parse("{ anyModel: true, otherModels: { outputTokens: 10 } }"));
        MethodEntries gateway =
            new MethodEntries(
                Main.class, List.of("serve", "--config", config(emulator).toString()), LISTENS)) {
      emulator.faults(
          "[{\"model\": \"amazon.nova-lite-v1:0\", \"throttle\": {\"retryAfter\": \"30s\"}}]");
      URI endpoint = URI.create(gateway.said().group(1));
      call(endpoint.resolve("/model/warm-up/converse"));
      gateway.record(OURS + "*", "vert.x-eventloop-thread", END);
      call(endpoint.resolve("/model/chat/converse"));
      return gateway.entries();
    }
  }

  private static void call(URI uri) throws Exception {
    // Each on a connection of its own.
    try (Http client = new Http()) {
      HttpResponse<String> answer = client.text(Http.postJson(uri, BODY));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-forebay-answer")).hasValue("fallback");
      assertThat(answer.headers().firstValue("x-forebay-attempts")).hasValue("2");
    }
  }

  private Path config(Emulator emulator) throws IOException {
    String target =
        """
        endpoint: "%s", credentials: "static:${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY}", \
        timeouts: { firstFrame: 40s, firstToken: 40s, idle: 40s }, \
        quota: { requestsPerMinute: 1000, tokensPerMinute: 100000 }\
        """
            .formatted(emulator.endpoint());
    return Files.writeString(
        folder.resolve("forebay.yaml"),
        """
        server: { port: 0 }
        targets:
          first: { region: us-east-1, model: "amazon.nova-lite-v1:0", %1$s }
          other: { region: us-east-1, model: "amazon.nova-pro-v1:0", %1$s }
          third: { region: us-east-1, model: "amazon.nova-lite-v1:0", %1$s }
          fourth: { region: us-east-1, model: "amazon.nova-pro-v1:0", %1$s }
        routes:
          chat: { tiers: [[first], [other]], deadline: 100s }
          warm-up: { tiers: [[third], [fourth]], deadline: 100s }
        """
            .formatted(target));
  }

  private static String name(Entry entry) {
    return entry.type().substring(OURS.length());
  }

  private static List<String> named(Pattern what, String text) {
    return what.matcher(text).results().map((MatchResult found) -> found.group(1)).toList();
  }

  /**
   * What the page says that the walk leaves out.
   *
   * @param packages whole ones
   * @param modules whole ones, by the first word of their packages
   */
  private record LeftOut(Set<String> types, Set<String> packages, Set<String> modules) {
    /** A name without a package is of that of the one before. */
    static LeftOut of(String page) {
      LeftOut all = new LeftOut(new HashSet<>(), new HashSet<>(), new HashSet<>());
      for (String list : named(LEFT_OUT, page)) {
        all.modules.addAll(named(MODULE, list));
        String last = "";
        for (String name : named(NAME, list)) {
          if (Character.isLowerCase(name.charAt(name.lastIndexOf('.') + 1))) {
            all.packages.add(name);
          } else {
            String full = name.contains(".") ? name : last + name;
            last = full.substring(0, full.lastIndexOf('.') + 1);
            all.types.add(full);
          }
        }
      }
      return all;
    }

    boolean has(String name) {
      return types.contains(name)
          || packages.contains(name.substring(0, name.lastIndexOf('.')))
          || modules.contains(name.substring(0, name.indexOf('.')));
    }
  }
}
