package dev.forebay.it;

import dev.forebay.cli.Lifetime;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An upstream that gives every call the same answer, and remembers what it was asked. */
public final class ScriptedBedrock implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private volatile String path = "";
  private volatile String body = "";
  private volatile String authorization = "";
  private volatile List<String> headers = List.of();
  private volatile Map<String, String> values = Map.of();

  private ScriptedBedrock(String type, Buffer answer) {
    server =
        Lifetime.started(
            vertx
                .createHttpServer()
                .requestHandler(
                    request ->
                        request
                            .body()
                            .onSuccess(
                                whole -> {
                                  remember(request, whole);
                                  request.response().putHeader("Content-Type", type).end(answer);
                                }))
                .listen(0, "127.0.0.1"),
            "upstream");
  }

  public static ScriptedBedrock answering(String json) {
    return new ScriptedBedrock("application/json", Buffer.buffer(json));
  }

  public static ScriptedBedrock streaming(byte[] frames) {
    return new ScriptedBedrock("application/vnd.amazon.eventstream", Buffer.buffer(frames));
  }

  private void remember(HttpServerRequest request, Buffer whole) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request.headers().forEach((name, value) -> all.put(name, value));
    values = all;
    path = request.uri();
    body = whole.toString(StandardCharsets.UTF_8);
    authorization = String.valueOf(request.getHeader("Authorization"));
    headers =
        request.headers().names().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** As it was sent. */
  public String lastPath() {
    return path;
  }

  public String lastBody() {
    return body;
  }

  public String lastAuthorization() {
    return authorization;
  }

  @Nullable String lastHeader(String name) {
    return values.get(name);
  }

  /** The names, in lower case. */
  public List<String> lastHeaders() {
    return headers;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
