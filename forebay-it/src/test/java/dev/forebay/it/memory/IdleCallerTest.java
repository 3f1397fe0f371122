package dev.forebay.it.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.it.OneRoute;
import dev.forebay.it.Stack;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A caller that takes nothing of its answer for the idle time is disconnected; a slow one is not.
 */
class IdleCallerTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int BYTES = 8_000_000;
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"large\"}]}]}";

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, converse",
    "HTTP_1_1, converse-stream",
    "HTTP_2, converse",
    "HTTP_2, converse-stream"
  })
  void aCallerThatTakesNothingIsDisconnected(HttpVersion version, String operation)
      throws Exception {
    try (LargeAnswers upstream = new LargeAnswers(BYTES, true);
        OneRoute route = route(upstream)) {
      Vertx vertx = Vertx.vertx();
      CompletableFuture<HttpClientResponse> head = new CompletableFuture<>();
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      client(vertx, version)
          .request(HttpMethod.POST, route.gateway().port(), "127.0.0.1", path(operation))
          .compose(
              request -> {
                request.exceptionHandler(ended::complete);
                return request.send(BODY);
              })
          .onSuccess(
              response -> {
                response.pause();
                response.exceptionHandler(ended::complete);
                head.complete(response);
              })
          .onFailure(ended::complete);
      await().atMost(LONG).until(() -> route.gateway().memory().idleCallers() == 1);
      await().atMost(LONG).until(() -> route.gateway().memory().held() == 0);
      // A client that does not read does not see the reset.
      head.join().resume();
      assertThat(ended).succeedsWithin(LONG);
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, converse",
    "HTTP_1_1, converse-stream",
    "HTTP_2, converse",
    "HTTP_2, converse-stream"
  })
  void aCallerThatReadsAllGetsAll(HttpVersion version, String operation) throws Exception {
    try (LargeAnswers upstream = new LargeAnswers(BYTES, true);
        OneRoute route = route(upstream)) {
      Vertx vertx = Vertx.vertx();
      AtomicBoolean paused = new AtomicBoolean();
      CompletableFuture<Integer> bytes = new CompletableFuture<>();
      client(vertx, version)
          .request(HttpMethod.POST, route.gateway().port(), "127.0.0.1", path(operation))
          .compose(request -> request.send(BODY))
          .compose(
              response -> {
                response.pause();
                paused.set(true);
                vertx.setTimer(300, id -> response.resume());
                return response.body();
              })
          .onSuccess(body -> bytes.complete(body.length()))
          .onFailure(bytes::completeExceptionally);
      assertThat(bytes)
          .succeedsWithin(LONG)
          .isEqualTo(
              operation.equals("converse") ? upstream.answerBytes() : upstream.streamBytes());
      assertThat(paused).isTrue();
      assertThat(route.gateway().memory().idleCallers()).isZero();
      await().atMost(LONG).until(() -> route.gateway().memory().held() == 0);
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static OneRoute route(LargeAnswers upstream) {
    return new OneRoute(
        stack, upstream.endpoint(), "credentials: anonymous, timeouts: { idle: 2s }");
  }

  private static String path(String operation) {
    return "/model/" + OneRoute.MODEL + "/" + operation;
  }

  private static HttpClient client(Vertx vertx, HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
  }
}
