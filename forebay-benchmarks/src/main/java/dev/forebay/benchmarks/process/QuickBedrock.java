package dev.forebay.benchmarks.process;

import dev.forebay.bedrock.Frame;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A Bedrock that answers at once and costs little: the same answer to every Converse, whole or as a
 * stream. A model whose id contains {@code slow} streams a frame each second. {@code QuickBedrock
 * PORT} listens on that port of the loopback address.
 */
public final class QuickBedrock {
  private static final int QUICK_FRAMES = 20;
  private static final int SLOW_FRAMES = 20;
  private static final long SLOW_EVERY_MS = 1_000;

  private static final String TEXT = "A forebay is the basin ahead of a turbine, ";
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence EVENT_STREAM =
      HttpHeaders.createOptimized("application/vnd.amazon.eventstream");

  private final Vertx vertx;
  private final Buffer whole = Buffer.buffer(answer());
  private final List<Buffer> quick = frames(QUICK_FRAMES);
  private final List<Buffer> slow = frames(SLOW_FRAMES);

  private QuickBedrock(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Listens until it is killed. */
  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    QuickBedrock bedrock = new QuickBedrock(vertx);
    vertx
        .createHttpServer(new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(8_192))
        .requestHandler(bedrock::handle)
        .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
        .onSuccess(server -> System.out.println("listens on " + server.actualPort()))
        .onFailure(Throwable::printStackTrace);
  }

  private void handle(HttpServerRequest request) {
    String path = request.uri();
    request.endHandler(
        end -> {
          HttpServerResponse response = request.response();
          if (!path.endsWith("/converse-stream")) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(whole);
            return;
          }
          response.putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM).setChunked(true);
          if (path.contains("slow")) {
            response.write(slow.get(0).copy().appendBuffer(slow.get(1)));
            vertx.setTimer(SLOW_EVERY_MS, tick -> drip(response, 2));
          } else {
            pour(response, 0);
          }
        });
  }

  /** Each frame is a write of its own, as a model makes them one by one. */
  private void pour(HttpServerResponse response, int next) {
    if (response.closed()) {
      return;
    }
    response.write(quick.get(next));
    if (next + 1 < quick.size()) {
      vertx.runOnContext(turn -> pour(response, next + 1));
    } else {
      response.end();
    }
  }

  private void drip(HttpServerResponse response, int next) {
    if (response.closed()) {
      return;
    }
    response.write(slow.get(next));
    if (next + 1 < slow.size()) {
      vertx.setTimer(SLOW_EVERY_MS, tick -> drip(response, next + 1));
    } else {
      response.end();
    }
  }

  private static byte[] answer() {
    return json(
        """
        {"metrics":{"latencyMs":1},"output":{"message":{"content":[{"text":"%s"}],"role":"assistant"}},\
        "stopReason":"end_turn","usage":{"inputTokens":200,"outputTokens":100,"totalTokens":300}}\
        """
            .formatted(TEXT.repeat(10)));
  }

  private static List<Buffer> frames(int deltas) {
    List<Buffer> frames = new ArrayList<>();
    frames.add(frame("messageStart", "{\"role\":\"assistant\"}"));
    for (int i = 0; i < deltas; i++) {
      String delta = "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"" + TEXT + "\"}}";
      frames.add(frame("contentBlockDelta", delta));
    }
    frames.add(frame("contentBlockStop", "{\"contentBlockIndex\":0}"));
    frames.add(frame("messageStop", "{\"stopReason\":\"end_turn\"}"));
    String usage = "{\"inputTokens\":200,\"outputTokens\":100,\"totalTokens\":300}";
    frames.add(frame("metadata", "{\"metrics\":{\"latencyMs\":1},\"usage\":" + usage + "}"));
    return frames;
  }

  private static Buffer frame(String type, String json) {
    return Buffer.buffer(Frame.event(type, json(json)));
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
