package dev.forebay.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Tenant;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.Transport;
import dev.forebay.engine.VirtualLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls without a gateway, in virtual time, over a transport that does what the test says. */
class CallEngineTest {
  private static final String ANSWER =
      """
      {"output":{"message":{"role":"assistant","content":[{"text":"Hi."}]}},
       "stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}}
      """;

  private final VirtualLoop loop = new VirtualLoop();
  private final Map<String, Consumer<Transport.Receiver>> targets = new HashMap<>();
  private final List<String> sent = new ArrayList<>();
  private final Sink sink = new Sink();
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
    targets.put("one", receiver -> {});
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
                    new Sink() {
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
            (target, on) -> new Scripted(target.target().name()),
            (millis, action) -> () -> {})
        .ticker(loop)
        .onDefect(onDefect)
        .build();
  }

  private void assertOver(CallEngine engine) {
    assertThat(ended).isEqualTo(1);
    assertThat(engine.calls()).isZero();
    assertThat(engine.memory().held()).isZero();
  }

  private static Consumer<Transport.Receiver> replies(int status, String body) {
    return receiver -> {
      receiver.head(
          new Transport.Head(status, new Headers().add("content-type", "application/json")));
      receiver.piece(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
      receiver.end();
    };
  }

  /** Does what the test wants of its target, one turn of the loop later. */
  private final class Scripted implements Transport {
    private final String target;

    Scripted(String target) {
      this.target = target;
    }

    @Override
    public void send(Request request, Receiver receiver) {
      boolean[] cancelled = new boolean[1];
      receiver.begins(
          new Control() {
            @Override
            public void cancel() {
              cancelled[0] = true;
            }

            @Override
            public void pause() {}

            @Override
            public void resume() {}
          });
      sent.add(target);
      loop.execute(
          () -> {
            if (!cancelled[0]) {
              receiver.sent();
              targets.getOrDefault(target, silent -> {}).accept(receiver);
            }
          });
    }

    @Override
    public void close() {}
  }

  /** Keeps a whole answer. */
  private static class Sink implements ResponseSink {
    private @Nullable Reply reply;

    Reply reply() {
      return Objects.requireNonNull(reply);
    }

    @Override
    public void whenGone(Runnable action) {}

    @Override
    public boolean begun() {
      return false;
    }

    @Override
    public void whole(Reply whole, @Nullable Source source, Runnable done) {
      reply = whole;
      done.run();
    }

    @Override
    public void begin(Headers headers, Source source) {
      throw new AssertionError("no stream was asked for");
    }

    @Override
    public boolean write(ByteBuffer frames, Runnable taken) {
      throw new AssertionError("no stream was asked for");
    }

    @Override
    public boolean isFull() {
      return false;
    }

    @Override
    public void whenDrained(Runnable action) {}

    @Override
    public void end(ByteBuffer last, boolean complete, Runnable done) {
      throw new AssertionError("no stream was asked for");
    }
  }
}
