package dev.forebay.it.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.emulator.Counts;
import dev.forebay.emulator.Emulator;
import dev.forebay.emulator.EmulatorConfig;
import dev.forebay.it.fleet.Load;
import dev.forebay.it.fleet.Member;
import dev.forebay.it.process.RealTime;
import dev.forebay.testkit.FreePort;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One gateway as a process of its own, an emulator of its own and callers. Its route {@code chat}
 * has the tiers of its {@link Plan}; {@code wide} leads to a model that never fails.
 */
final class Site implements AutoCloseable {
  /** Target {@code one}, whose quota a plan may bound. */
  static final String ONE = "amazon.nova-lite-v1:0";

  /** Target {@code two}. */
  static final String TWO = "amazon.nova-pro-v1:0";

  private static final String WIDE = "amazon.nova-micro-v1:0";

  /** Until an answer's last token: its first one, and a hundred at a thousand a second. */
  static final Duration ANSWER = Duration.ofMillis(220);

  private static final String LATENCY =
      "latency: { timeToFirstToken: 120ms, tokensPerSecond: 1000 }, outputTokens: "
          + Load.OUTPUT_TOKENS;

  private final Http http = new Http();
  private final Emulator emulator;
  private final Member gateway;
  private final Load load;

  /**
   * What is set up.
   *
   * @param tiers of the route {@code chat}, such as {@code [[one], [two]]}
   * @param quota of target {@code one} in the emulator, in its own form, or empty. The gateway does
   *     not know of it
   * @param deadline of the route {@code chat}
   */
  record Plan(String name, String tiers, String quota, Duration deadline) {}

  private Site(Emulator emulator, Member gateway, Load load) {
    this.emulator = emulator;
    this.gateway = gateway;
    this.load = load;
  }

  /** Starts all three; the gateway is a cold process. */
  static Site open(Vertx vertx, Path folder, Plan plan) throws IOException {
    Emulator emulator =
        Emulator.start(
            EmulatorConfig.parse(
                """
                models:
                  "%s": { %s%s }
                  "%s": { %2$s }
                  "%s": { %2$s }
                """
                    .formatted(
                        ONE,
                        LATENCY,
                        plan.quota.isEmpty() ? "" : ", quota: " + plan.quota,
                        TWO,
                        WIDE)),
            vertx);
    Member gateway =
        new Member(
            folder,
            plan.name,
            ", stateFile: \"%s\"".formatted(folder.resolve(plan.name + ".state")),
            """
            targets:
              one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
              two: { region: us-east-1, model: "%s", endpoint: "%2$s", credentials: anonymous }
              closed1: { region: us-east-1, model: "%1$s", endpoint: "http://127.0.0.1:%s", credentials: anonymous }
              closed2: { region: us-west-2, model: "%1$s", endpoint: "http://127.0.0.1:%4$s", credentials: anonymous }
              again: { region: us-west-2, model: "%1$s", endpoint: "%2$s", credentials: anonymous }
              wide: { region: us-east-1, model: "%s", endpoint: "%2$s", credentials: anonymous }
            routes:
              chat: { tiers: %s, deadline: %ds }
              wide: { tiers: [[wide]] }
            """
                .formatted(
                    ONE,
                    emulator.endpoint(),
                    TWO,
                    FreePort.find(),
                    WIDE,
                    plan.tiers,
                    plan.deadline.toSeconds()));
    Load load = new Load(vertx, 1);
    gateway.launch();
    return new Site(emulator, gateway, load);
  }

  /** Waits until the gateway answers. */
  void awaitReady() {
    gateway.awaitReady();
    load.callAt(List.of(gateway.port()));
  }

  /** Calls that meet nothing, until the gateway's code is loaded and compiled. */
  void warmUp() {
    load.route("wide");
    load.rates(20);
    RealTime.pass(Duration.ofSeconds(6));
    load.rates(0);
    load.route("chat");
    RealTime.pass(Duration.ofSeconds(1));
  }

  Load load() {
    return load;
  }

  Member gateway() {
    return gateway;
  }

  /** Replaces the emulator's faults, in JSON with single quotes. */
  void faults(String json) throws IOException, InterruptedException {
    post("/_emulator/faults", json.replace('\'', '"'));
  }

  /** Empties the emulator's quotas and counters; its minute begins. */
  void reset() throws IOException, InterruptedException {
    post("/_emulator/reset", "");
  }

  private void post(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.text(Http.post(emulator.endpoint().resolve(path), body));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  /** Target {@code one}'s counters in the emulator. */
  Counts counts() {
    return Objects.requireNonNullElseGet(
        emulator.models().get(ONE), () -> new Counts(0, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0));
  }

  /** The sum of the gateway's metrics whose lines match. */
  double metric(String lines) throws IOException, InterruptedException {
    String text = http.text(Http.get(Http.local(gateway.port(), "/metrics"))).body();
    Matcher found = Pattern.compile("(?m)^" + lines + " ([0-9.eE+-]+)").matcher(text);
    double sum = 0;
    while (found.find()) {
      sum += Double.parseDouble(found.group(1));
    }
    return sum;
  }

  @Override
  public void close() {
    load.close();
    try {
      gateway.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    emulator.close();
  }
}
