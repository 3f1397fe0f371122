package dev.forebay.it.issues;

import dev.forebay.core.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/** An upstream that sends what it has to say at given times of a clock that may run fast. */
final class TimedUpstream implements AutoCloseable {
  static final String TEXT = "Hello";

  /** Frames, or a whole answer, by the time after the request at which they go out. */
  static final class Script {
    private final Map<Duration, List<byte[]>> frames = new LinkedHashMap<>();
    private Duration whole = Duration.ZERO;
    private Duration end = Duration.ZERO;

    Script at(Duration when, byte[] frame) {
      frames.computeIfAbsent(when, none -> new ArrayList<>()).add(frame);
      end = when;
      return this;
    }

    Script at(int seconds, byte[] frame) {
      return at(Duration.ofSeconds(seconds), frame);
    }

    Script every(int seconds, int until, byte[] frame) {
      for (int s = seconds; s < until; s += seconds) {
        at(s, frame);
      }
      return this;
    }

    /** The end of the stream comes so late. */
    Script endAt(int seconds) {
      end = Duration.ofSeconds(seconds);
      return this;
    }

    static Script answer(int seconds) {
      Script script = new Script();
      script.whole = Duration.ofSeconds(seconds);
      return script;
    }

    static Script hang() {
      return new Script();
    }
  }

  private final Vertx vertx;
  private final Ticker ticker;
  private final HttpServer server;
  private final List<String> paths = new CopyOnWriteArrayList<>();

  TimedUpstream(Vertx vertx, Ticker ticker, Script script) {
    this(vertx, ticker, (upstream, request) -> upstream.play(request, script));
  }

  TimedUpstream(Vertx vertx, Ticker ticker, BiConsumer<TimedUpstream, HttpServerRequest> whatToDo) {
    this.vertx = vertx;
    this.ticker = ticker;
    this.server = vertx.createHttpServer();
    server.requestHandler(
        request -> {
          paths.add(request.path());
          request.body().onSuccess(body -> whatToDo.accept(this, request));
        });
    try {
      server
          .listen(0, "127.0.0.1")
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  List<String> paths() {
    return List.copyOf(paths);
  }

  void play(HttpServerRequest request, Script script) {
    HttpServerResponse response = request.response();
    if (!script.whole.isZero()) {
      after(
          script.whole,
          () ->
              response
                  .putHeader("content-type", "application/json")
                  .end(
                      """
                      {"output":{"message":{"role":"assistant","content":[{"text":"%s"}]}},
                       "stopReason":"end_turn","metrics":{"latencyMs":1},
                       "usage":{"inputTokens":3,"outputTokens":4,"totalTokens":7}}"""
                          .formatted(TEXT)));
      return;
    }
    if (script.frames.isEmpty()) {
      return;
    }
    response.setChunked(true).putHeader("content-type", "application/vnd.amazon.eventstream");
    script.frames.forEach(
        (when, frames) ->
            after(when, () -> frames.forEach(frame -> response.write(Buffer.buffer(frame)))));
    after(script.end.plusMillis(1), response::end);
  }

  private void after(Duration when, Runnable action) {
    vertx.setTimer(ticker.timerMillis(when.toNanos()), id -> action.run());
  }

  /** An event of ConverseStream. */
  static byte[] event(String type, String json) {
    Map<String, HeaderValue> headers = new LinkedHashMap<>();
    headers.put(":event-type", HeaderValue.fromString(type));
    headers.put(":content-type", HeaderValue.fromString("application/json"));
    headers.put(":message-type", HeaderValue.fromString("event"));
    return bytes(new Message(headers, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  /** A chunk of InvokeModelWithResponseStream. */
  static byte[] chunk(String json) {
    byte[] own = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return event("chunk", "{'bytes':'" + Base64.getEncoder().encodeToString(own) + "'}");
  }

  private static byte[] bytes(Message message) {
    var buffer = message.toByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
