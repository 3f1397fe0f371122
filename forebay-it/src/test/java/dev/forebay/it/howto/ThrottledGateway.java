package dev.forebay.it.howto;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import dev.forebay.it.Stack;
import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The gateway of all pages, with the emulator in place of Bedrock and short pauses between
 * attempts.
 */
final class ThrottledGateway implements AutoCloseable {
  private static final Pattern CALLS =
      Pattern.compile(
          "(?m)^forebay_(?:requests_total\\{answer=\"(\\w+)\"|caller_retries_total\\{)[^}]*\\} (\\d+)");

  /** A key that the configuration may name by {@code ${KEY}}. */
  static final String KEY = "a-key-of-the-gateway";

  private final Stack stack;
  private final Gateway gateway;
  private final Http http = Http.offeringHttp2();

  /**
   * Starts it.
   *
   * @param more sections of its configuration
   */
  ThrottledGateway(Stack stack, String more) throws IOException {
    this.stack = stack;
    String config =
        Objects.requireNonNull(HowToPage.of("README").files().get("forebay.yaml"))
            .replace("{ region:", "{ endpoint: \"${EMULATOR}\", credentials: anonymous, region:")
            .replace(
                "deadline: 60s", "deadline: 60s\n    retry: { baseDelay: 10ms, maxDelay: 50ms }");
    gateway =
        stack.start(
            ConfigFile.parse(
                config + "server: { port: 0 }\n" + more,
                "how-to.yaml",
                Map.of("EMULATOR", stack.emulator().endpoint().toString(), "KEY", KEY)));
    throttle("\"model\": \"%s\", ".formatted(Stack.PRIMARY));
  }

  /**
   * Lets targets throttle.
   *
   * @param which members of a fault that say which
   */
  void throttle(String which) {
    stack.emulator().faults("[{%s\"throttle\": {}}]".formatted(which));
  }

  String address() {
    return "http://127.0.0.1:" + gateway.port();
  }

  /** How many calls ended how, and how many their callers had sent before. */
  Map<String, Integer> calls() throws IOException, InterruptedException {
    String metrics = http.text(Http.get(URI.create(address() + "/metrics"))).body();
    Map<String, Integer> calls = new TreeMap<>();
    Matcher found = CALLS.matcher(metrics);
    while (found.find()) {
      calls.merge(
          Objects.requireNonNullElse(found.group(1), "repeated"),
          Integer.valueOf(found.group(2)),
          Integer::sum);
    }
    calls.values().removeIf(count -> count == 0);
    return calls;
  }

  @Override
  public void close() {
    http.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }
}
