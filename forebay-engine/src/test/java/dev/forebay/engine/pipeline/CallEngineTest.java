package dev.forebay.engine.pipeline;

import static dev.forebay.engine.ScriptedTransport.replies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Tenant;
import dev.forebay.engine.Headers;
import dev.forebay.engine.RecordingSink;
import dev.forebay.engine.ScriptedTransport;
import dev.forebay.engine.VirtualLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Calls without a gateway, in virtual time, over a transport that does what the test says. */
class CallEngineTest {
  private static final String ANSWER =
      """
      {"output":{"message":{"role":"assistant","content":[{"text":"Hi."}]}},
       "stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}}
      """;

  private final VirtualLoop loop = new VirtualLoop();
  private final Map<String, ScriptedTransport.Script> targets = new HashMap<>();
  private final List<String> sent = new ArrayList<>();
  private final RecordingSink sink = new RecordingSink();
  private int ended;

  @Test
  void aThrottledCallIsAnsweredByItsFallback() {
    targets.put("one", replies(429, "{\"message\":\"slow down\"}"));
    targets.put("two", replies(200, ANSWER));

    CallEngine engine = call("chat");

    assertThat(sink.reply().status()).isEqualTo(200);
    assertThat(sink.reply().headers().get("x-forebay-answer")).isEqualTo("fallback");
    assertThat(sink.reply().headers().get("x-forebay-target")).isEqualTo("two");
    assertThat(sent).startsWith("one").endsWith("two");
    assertOver(engine);
  }

  @Test
  void aTargetThatIsSilentCostsNoMoreThanItsTime() {
    targets.put("one", silent -> {});
    targets.put("two", replies(200, ANSWER));

    CallEngine engine = call("chat");

    assertThat(sink.reply().status()).isEqualTo(200);
    assertThat(sink.reply().headers().get("x-forebay-target")).isEqualTo("two");
    assertOver(engine);
  }

  @Test
  void aModelWithoutARouteIsRefused() {
    CallEngine engine = call("nothing");

    assertThat(sink.reply().status()).isEqualTo(404);
    assertThat(sent).isEmpty();
    assertOver(engine);
  }

  @Test
  void aDefectHoldsNothing() {
    IllegalStateException defect = new IllegalStateException("a defect");
    List<Throwable> heard = new ArrayList<>();
    CallEngine engine = engine(heard::add);

    assertThatThrownBy(
            () ->
                engine.start(
                    engine.open(loop),
                    request("chat"),
                    new RecordingSink() {
                      @Override
                      public void whenGone(Runnable action) {
                        throw defect;
                      }
                    },
                    () -> ended++))
        .isSameAs(defect);
    loop.runAll();

    assertThat(heard).containsExactly(defect);
    assertOver(engine);
  }

  private CallEngine call(String model) {
    CallEngine engine = engine(defect -> {});
    engine.start(engine.open(loop), request(model), sink, () -> ended++);
    loop.runAll();
    return engine;
  }

  private static CallEngine.Request request(String model) {
    byte[] body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello\"}]}]}"
            .getBytes(StandardCharsets.UTF_8);
    ModelPath path = ModelPath.parse("/model/" + model + "/converse").orElseThrow();
    return new CallEngine.Request(path, new Headers(), body, Tenant.ANYONE);
  }

  private CallEngine engine(Consumer<Throwable> onDefect) {
    GatewayConfig config =
        ConfigFile.parse(
            """
            targets:
              one: { region: us-east-1, model: amazon.nova-lite-v1:0, credentials: anonymous }
              two: { region: us-east-1, model: amazon.nova-pro-v1:0, credentials: anonymous }
            routes:
              chat: { tiers: [[one], [two]] }
            """,
            "test.yaml",
            Map.of());
    return CallEngine.builder(
            config,
            (target, on) -> new ScriptedTransport(loop, peer -> play(target.target().name(), peer)),
            (millis, action) -> () -> {})
        .ticker(loop)
        .onDefect(onDefect)
        .build();
  }

  private void play(String target, ScriptedTransport.Peer peer) {
    sent.add(target);
    targets.getOrDefault(target, silent -> {}).play(peer);
  }

  private void assertOver(CallEngine engine) {
    assertThat(ended).isEqualTo(1);
    assertThat(engine.calls()).isZero();
    assertThat(engine.memory().held()).isZero();
  }
}
