package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.cli.Main;
import dev.forebay.cli.top.StatusException;
import dev.forebay.cli.top.StatusSource;
import dev.forebay.cli.top.StatusText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TopCommandTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void onceItShowsTheLadderTheTargetsAndWhatHappened() throws Exception {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(Stack.PRIMARY));
    for (int i = 0; i < 4; i++) {
      stack.client().converse(Calls.converse(Stack.MODEL));
    }
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(top("--url", stack.endpoint().toString(), "--once"))
                    .contains("Answered by a fallback  100 %")
                    .containsPattern("primary +closed")
                    .containsPattern("4 failed")
                    .contains("calls fall back"));
  }

  @Test
  void noLineIsWiderThanTheTerminalAndNoPictureHigher() throws Exception {
    JsonObject status = status();
    List<String> picture = new StatusText(60, 12, false, ZoneOffset.UTC).picture(status);
    assertThat(picture).hasSizeLessThanOrEqualTo(12).allMatch(line -> line.length() <= 60);
    assertThat(new StatusText(60, 40, true, ZoneOffset.UTC).picture(status).toString())
        .contains("\u001b[");
  }

  @Test
  void theFleetIsInALineWithWhatIsWantedBeyondAPart() throws Exception {
    JsonObject status = status();
    JsonObject cluster =
        new JsonObject()
            .put("store", "leases")
            .put("members", 3)
            .put(
                "slices",
                new JsonObject()
                    .put("primary", slice(0.8, 0.25, 0))
                    .put("fallback", slice(0.1, 0.1, 2))
                    .put("idle", slice(0, 0, 0)));
    assertThat(fleet(status.put("cluster", cluster)))
        .isEqualTo(
            "3 members; of the quotas this one has: fallback 10 % (broken for 2), primary 25 %"
                + " (wants 80 %)");
    JsonArray members =
        new JsonArray()
            .add(part("b", 0.2, 0.6))
            .add(part("a", 0.25, 0.8))
            .add(part("c", 0.1, 0.105));
    cluster.put("member", "a");
    cluster
        .getJsonObject("slices")
        .getJsonObject("primary")
        .put("quota", "one")
        .put("members", members);
    assertThat(fleet(status)).endsWith("; waiting elsewhere: b has 20 % of primary (wants 60 %)");
    cluster.put("store", "silent");
    assertThat(fleet(status)).contains("store unreachable: each uses 1/3 of each quota");
    cluster.put("store", "leasesNothing");
    assertThat(fleet(status)).contains("store leases nothing: this one uses 1/3 of each quota");
  }

  @Test
  void sharedAnswersAreInTheFleetsLineOnceOneWasLookedFor() throws Exception {
    JsonObject status = status();
    JsonObject answers =
        new JsonObject().put("reachable", true).put("hits", 0).put("misses", 0).put("waits", 0);
    JsonObject cluster =
        new JsonObject()
            .put("store", "leases")
            .put("members", 2)
            .put("slices", new JsonObject())
            .put("answers", answers);
    status.put("cluster", cluster);
    assertThat(fleet(status)).isEqualTo("2 members");
    answers.put("hits", 1_200).put("misses", 800).put("waits", 7);
    assertThat(fleet(status))
        .isEqualTo("2 members; shared answers: 1,200 of 2,000 searches found one, 7 waited");
    answers.put("reachable", false);
    assertThat(fleet(status)).endsWith("7 waited, not searched now as the store fails");
  }

  private static JsonObject part(String name, double share, double wants) {
    return new JsonObject().put("name", name).put("share", share).put("wants", wants);
  }

  private static JsonObject slice(double wants, double share, int open) {
    return new JsonObject().put("wants", wants).put("share", share).put("open", open);
  }

  private static String fleet(JsonObject status) {
    return new StatusText(200, 40, false, ZoneOffset.UTC)
        .picture(status).stream()
            .filter(line -> line.contains("members"))
            .findFirst()
            .orElse("")
            .strip();
  }

  @Test
  void outcomesAndAlarmsAreWholeAtEightyColumns() throws Exception {
    JsonObject status = status();
    JsonObject outcomes =
        new JsonObject()
            .put("succeeded", 12_345)
            .put("throttled", 678)
            .put("throttled_day", 90)
            .put("not_ready", 12)
            .put("timed_out", 34)
            .put("interrupted", 56);
    status
        .getJsonObject("targets")
        .getJsonObject("primary")
        .getJsonObject("lastMinute")
        .put("outcomes", outcomes);
    status.put(
        "alarms",
        new JsonArray()
            .add(alarm("critical", "queue-store", "job store", true))
            .add(alarm("warning", "breaker", "first", false))
            .add(alarm("warning", "breaker", "second", false)));

    List<String> picture = new StatusText(80, 50, false, ZoneOffset.UTC).picture(status);

    assertThat(picture).allMatch(line -> line.length() <= 80).noneMatch(line -> line.contains("`"));
    String text = String.join(" ", picture).replaceAll("\\s+", " ");
    assertThat(text)
        .contains(
            "12345 succeeded, 678 throttled, 90 day quota used, 12 not ready, 34 timed out, 56"
                + " interrupted")
        .contains("critical job store: What is wrong with forebay jobs, in more words than")
        .contains("warning first, second: What is wrong")
        .contains("What to do about it.")
        .containsSubsequence("critical", "warning", "Answered at once", "target circuit");
    assertThat(new StatusText(80, 24, false, ZoneOffset.UTC).line(status))
        .contains(", job store critical");
  }

  @Test
  void alarmsAreThereWhenTheTerminalIsLow() throws Exception {
    JsonObject status = status();
    JsonArray alarms = new JsonArray();
    for (String about : List.of("a", "b", "c")) {
      alarms.add(alarm("critical", "failing", about, false).put("text", "Broken: " + about + "."));
    }
    status.put("alarms", alarms);
    for (int rows : List.of(12, 18, 24)) {
      List<String> picture = new StatusText(80, rows, false, ZoneOffset.UTC).picture(status);
      assertThat(picture).hasSizeLessThanOrEqualTo(rows);
      assertThat(String.join("\n", picture)).contains("Broken: a.", "Broken: b.", "Broken: c.");
    }
  }

  @Test
  void theLastUnusualCallsSayWhatWentWrong() throws Exception {
    JsonObject status = status();
    status.put(
        "unusual",
        new JsonArray()
            .add(unusual("refused", "refused with 429 ThrottlingException: throttled"))
            .add(unusual("fallback", "answered by spare after 2 attempts")));

    List<String> picture = new StatusText(120, 200, false, ZoneOffset.UTC).picture(status);

    assertThat(picture)
        .containsSubsequence(
            "last unusual calls",
            "00:00:01 chat: answered by spare after 2 attempts; attempt 1 on first: failed (503"
                + " ServiceUnavailableException) after",
            "         0.029 s",
            "00:00:01 chat: refused with 429 ThrottlingException: throttled");
    assertThat(new StatusText(80, 12, false, ZoneOffset.UTC).picture(status))
        .hasSizeLessThanOrEqualTo(12);
  }

  private static JsonObject unusual(String disposition, String end) {
    return new JsonObject()
        .put("at", 1_000)
        .put("route", "chat")
        .put("rung", disposition)
        .put("end", end)
        .put(
            "steps",
            new JsonArray()
                .add(step("attempt", "attempt 1 on first (primary), first frame within 40.000 s"))
                .add(
                    step(
                        "failure",
                        "attempt 1 failed (503 ServiceUnavailableException) after 0.029 s"))
                .add(step("attempt", "attempt 2 on spare (fallback), first frame within 30.000 s"))
                .add(step("end", end)));
  }

  private static JsonObject step(String kind, String text) {
    return new JsonObject().put("kind", kind).put("text", text);
  }

  private static JsonObject alarm(String level, String kind, String about, boolean banner) {
    return new JsonObject()
        .put("level", level)
        .put("kind", kind)
        .put("about", about)
        .put("banner", banner)
        .put(
            "text",
            "What is wrong with `forebay jobs`, in more words than fit into one line of it.")
        .put("advice", "What to do about it.");
  }

  @Test
  void oneLineSaysItAllForAPipe() throws Exception {
    assertThat(new StatusText(80, 24, false, ZoneOffset.UTC).line(status()))
        .containsPattern(
            "^\\d\\d:\\d\\d:\\d\\d (info|ok|warning) \\d+\\.\\d calls/s,.* first token ");
  }

  @Test
  void aGatewayThatCannotBeReachedIsAnErrorOfOneLine() {
    StringWriter err = new StringWriter();
    int exit =
        Main.commandLine()
            .setErr(new PrintWriter(err))
            .execute("top", "--once", "--url", "http://127.0.0.1:1");
    assertThat(exit).isEqualTo(CommandLine.ExitCode.SOFTWARE);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("forebay top: cannot reach http://127.0.0.1:1/api/status: connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://localhost", "http://", "a b", "http://127.0.0.1:99999", ""})
  void whatIsNoAddressIsAUsageError(String url) {
    for (List<String> command : List.of(List.of("top", "--once"), List.of("jobs", "list"))) {
      List<String> words = new ArrayList<>(command);
      words.addAll(List.of("--url", url));
      Run run = Run.of(words.toArray(String[]::new));
      assertThat(run.exitCode()).isEqualTo(CommandLine.ExitCode.USAGE);
      assertThat(run.err()).contains("--url must be such as http://127.0.0.1:8480");
    }
  }

  @Test
  void anAddressNeedsNoScheme() {
    assertThat(top("--url", "127.0.0.1:" + stack.gateway().port(), "--once")).contains("primary");
  }

  @Test
  void aGatewayThatAsksForAKeySaysSo() throws Exception {
    try (KeyedGateway gateway = new KeyedGateway(stack)) {
      URI url = URI.create("http://127.0.0.1:" + gateway.port());
      try (StatusSource without = new StatusSource(url, Optional.empty())) {
        assertThatThrownBy(without::ask)
            .isInstanceOf(StatusException.class)
            .hasMessageContaining("status 403");
      }
      try (StatusSource with = new StatusSource(url, Optional.of(KeyedGateway.ADMIN_SECRET))) {
        assertThat(with.ask().getJsonObject("targets").fieldNames()).containsExactly("one");
      }
    }
  }

  private static JsonObject status() throws Exception {
    try (StatusSource source = new StatusSource(stack.endpoint(), Optional.empty())) {
      return source.ask();
    }
  }

  private static String top(String... arguments) {
    StringWriter out = new StringWriter();
    String[] all = new String[arguments.length + 1];
    all[0] = "top";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    assertThat(Main.commandLine().setOut(new PrintWriter(out)).execute(all)).isZero();
    return out.toString();
  }
}
