package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ResourceNotFoundException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** The configuration changes while calls are made. */
class HotReloadTest {
  @RegisterExtension static final Stack stack = new Stack();

  @TempDir private Path folder;

  @Test
  void noCallIsLostThroughManyReloads() throws Exception {
    stack.emulator().faults("[{\"slowFirstToken\": {\"delay\": \"60ms\"}}]");
    try (LiveGateway gateway = gateway(route("a", "60s"));
        BedrockRuntimeClient client = gateway.client()) {
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      ConcurrentLinkedQueue<Throwable> lost = new ConcurrentLinkedQueue<>();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        callers.add(
            Thread.startVirtualThread(
                () -> {
                  while (!stop.get()) {
                    try {
                      client.converse(Calls.converse("chat"));
                      answered.incrementAndGet();
                    } catch (RuntimeException e) {
                      lost.add(e);
                    }
                  }
                }));
      }
      for (int reload = 1; reload <= 6; reload++) {
        String text = route(reload % 2 == 0 ? "a" : "b", 30 + reload + "s");
        if (reload % 3 == 0) {
          gateway.write(text);
        } else {
          gateway.replace(text);
        }
        awaitPage(gateway, "\"reloads\" : " + reload);
        int before = answered.get();
        await().until(() -> answered.get() > before + 20);
      }
      stop.set(true);
      for (Thread caller : callers) {
        caller.join();
      }

      assertThat(lost).isEmpty();
      assertThat(answered.get()).isGreaterThan(120);
      assertThat(stack.arrived("amazon.nova-lite-v1:0")).isNotEmpty();
      assertThat(stack.arrived("amazon.nova-pro-v1:0")).isNotEmpty();
    }
  }

  @Test
  void aCallEndsUnderTheConfigurationThatItBeganWith() throws Exception {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"amazon.nova-lite-v1:0\", \"slowFirstToken\": {\"delay\": \"3s\"}}]");
    try (LiveGateway gateway = gateway(route("a", "60s"));
        BedrockRuntimeClient client = gateway.client()) {
      CompletableFuture<ConverseResponse> underWay =
          CompletableFuture.supplyAsync(() -> client.converse(Calls.converse("chat")));
      await().until(() -> stack.emulator().stats().total().arrived() == 1);
      gateway.replace(route("b", "60s"));
      awaitPage(gateway, "\"reloads\" : 1");

      ConverseResponse later = client.converse(Calls.converse("chat"));

      assertThat(underWay).isNotDone();
      assertThat(Calls.header(later, "x-forebay-target")).isEqualTo("b");
      assertThat(Calls.header(underWay.get(20, TimeUnit.SECONDS), "x-forebay-target"))
          .isEqualTo("a");
    }
  }

  @Test
  void whatIsKnownOfTargetsAndKeysLivesOn() throws Exception {
    String keys =
        """
        auth:
          keys:
            - { name: web, secret: "${WEB}", requestsPerMinute: 6 }
            - { name: ops, secret: "${OPS}", admin: true }
        """;
    Map<String, String> env = Map.of("WEB", "web-secret-0123", "OPS", "ops-secret-0123");
    stack.emulator().faults("[{\"unavailable\": {}}]");
    // A call with a longer deadline would wait for the open circuit's next probe.
    try (LiveGateway gateway =
        new LiveGateway(folder.resolve("f.yaml"), route("a", "2s") + keys, env)) {
      for (int i = 0; i < 6; i++) {
        call(gateway.port(), "web-secret-0123");
      }
      String before = status(gateway);
      assertThat(before).contains("\"breaker\" : \"open\"");
      gateway.replace(route("a", "3s") + keys);
      await().until(() -> status(gateway).contains("\"reloads\" : 1"));

      assertThat(status(gateway)).contains("\"breaker\" : \"open\"");
      assertThat(call(gateway.port(), "web-secret-0123")).contains("429 ").contains("web");
    }
  }

  @Test
  void aChangedQuotaCounts() throws Exception {
    try (LiveGateway gateway = gateway(route("a", "60s"));
        BedrockRuntimeClient client = gateway.client()) {
      client.converse(Calls.converse("chat"));
      gateway.replace(route("a", "2s").replace("model:", "quota: { tokensPerMinute: 90 }, model:"));
      awaitPage(gateway, "\"reloads\" : 1");

      assertThatThrownBy(() -> client.converse(Calls.converse("chat")))
          .isInstanceOf(ValidationException.class)
          .hasMessageContaining("the quota of target 'a' is 90 a minute");
      gateway.replace(
          route("a", "2s").replace("model:", "quota: { tokensPerMinute: 6000 }, model:"));
      awaitPage(gateway, "\"reloads\" : 2");
      client.converse(Calls.converse("chat"));
      assertThat(gateway.page("/metrics"))
          .contains(
              "forebay_bucket_capacity_tokens{target=\"a\"} 6000.0",
              "forebay_rate_tokens_per_minute{target=\"a\"} 6000.0");
    }
  }

  @Test
  void aTargetThatIsNoLongerThereShowsNoStateThatAnAlarmCouldBeAbout() throws Exception {
    try (LiveGateway gateway = gateway(route("a", "60s"));
        BedrockRuntimeClient client = gateway.client()) {
      client.converse(Calls.converse("chat"));
      assertThat(states(gateway)).isNotEmpty().allMatch(line -> line.contains("target=\"a\""));

      gateway.replace(route("b", "60s"));
      awaitPage(gateway, "\"reloads\" : 1");

      assertThat(states(gateway)).isNotEmpty().allMatch(line -> line.contains("target=\"b\""));
      assertThat(gateway.page("/metrics"))
          .contains("forebay_attempts_total{outcome=\"succeeded\",target=\"a\"} 1.0");
    }
  }

  /** What is measured of each target, as opposed to what is counted. */
  private static List<String> states(LiveGateway gateway) throws Exception {
    return gateway
        .page("/metrics")
        .lines()
        .filter(
            line ->
                line.matches(
                    "forebay_(breaker_state|gate_|bucket_|rate_|waiting_|quota_).*target=.*"))
        .toList();
  }

  @Test
  void anInvalidChangeIsReportedAndIgnored() throws Exception {
    try (LiveGateway gateway = gateway(route("a", "60s"));
        BedrockRuntimeClient client = gateway.client()) {
      gateway.write(route("a", "60"));
      awaitPage(gateway, "routes.chat.deadline: duration '60' has no unit; add one of");

      assertThat(client.converse(Calls.converse("chat")).stopReasonAsString())
          .isEqualTo("end_turn");
      assertThat(gateway.page("/metrics"))
          .contains("forebay_config_reloads_total{result=\"refused\"} 1.0")
          .contains("forebay_config_stale 1.0");

      gateway.write(route("a", "61s"));
      awaitPage(gateway, "\"reloads\" : 1");
      assertThat(gateway.page("/api/status")).contains("\"refused\" : [ ]");
      assertThat(gateway.page("/metrics"))
          .contains("forebay_config_reloads_total{result=\"applied\"} 1.0")
          .contains("forebay_config_stale 0.0");
    }
  }

  @Test
  void whatCannotChangeLiveIsSaidAndTheRestChanges() throws Exception {
    try (LiveGateway gateway = gateway(route("a", "60s"));
        BedrockRuntimeClient client = gateway.client()) {
      gateway.write(
          route("b", "60s").replace("port: 0", "port: 8480").replace("  chat:", "  talk:"));
      awaitPage(gateway, "\"afterRestart\" : [ \"server.port\" ]");

      assertThat(client.converse(Calls.converse("talk")).stopReasonAsString())
          .isEqualTo("end_turn");
      assertThatThrownBy(() -> client.converse(Calls.converse("chat")))
          .isInstanceOf(ResourceNotFoundException.class)
          .hasMessageContaining("Routes: talk");
    }
  }

  private LiveGateway gateway(String text) throws Exception {
    return new LiveGateway(folder.resolve("forebay.yaml"), text, Map.of());
  }

  /** One route to one target, of a model and a name of its own. */
  private static String route(String target, String deadline) {
    return """
    server: { port: 0 }
    targets:
      %s: { region: us-east-1, model: "amazon.nova-%s-v1:0", endpoint: "%s", credentials: anonymous }
    routes:
      chat: { tiers: [[%s]], deadline: %s, retry: { maxAttempts: 1 } }
    """
        .formatted(
            target,
            target.equals("a") ? "lite" : "pro",
            stack.emulator().endpoint(),
            target,
            deadline);
  }

  private static void awaitPage(LiveGateway gateway, String text) {
    awaitText(() -> gateway.page("/api/status"), text);
  }

  private static void awaitText(Callable<String> page, String text) {
    await().untilAsserted(() -> assertThat(page.call()).contains(text));
  }

  private static String status(LiveGateway gateway) throws Exception {
    try (RawHttp raw = new RawHttp(gateway.port())) {
      raw.send(
          RawHttp.get("/api/status", "Authorization: Bearer ops-secret-0123", "Connection: close"));
      return raw.readToEnd();
    }
  }

  private static String call(int port, String token) throws Exception {
    try (RawHttp raw = new RawHttp(port)) {
      raw.send(
          RawHttp.post(
              "/model/chat/converse",
              "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}",
              "Authorization: Bearer " + token,
              "Connection: close"));
      return raw.readToEnd();
    }
  }
}
