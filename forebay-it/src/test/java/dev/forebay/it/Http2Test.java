package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many calls share one HTTP/2 connection: what happens to one is no business of the others. */
class Http2Test {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String CONVERSE = "/model/" + Stack.MODEL + "/converse";
  private static final Buffer BODY =
      Buffer.buffer("{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}");
  private static final Vertx vertx = Vertx.vertx();

  /** One connection, for all that is sent. */
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false),
          new PoolOptions().setHttp2MaxSize(1));

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aBodyThatStopsComingIsRefusedOnItsStreamAlone() {
    HttpClientRequest slow = open();
    HttpClientRequest streaming = open("/model/" + Stack.MODEL + "/converse-stream");
    stack
        .emulator()
        .faults("[{\"operation\": \"converse-stream\", \"stall\": {\"afterEvents\": 4}}]");
    slow.putHeader("content-length", "100").write("{\"half\"");
    Buffer streamed = Buffer.buffer();
    join(streaming.send(BODY)).handler(streamed::appendBuffer);

    HttpClientResponse refused = join(slow.response());

    assertThat(refused.statusCode()).isEqualTo(408);
    assertThat(refused.getHeader("connection")).isNull();
    await().until(() -> streamed.toString().contains("sent nothing more"));
    assertThat(status(BODY)).as("the connection lives").isEqualTo(200);
  }

  @Test
  void anAnnouncedBodyBeyondAllMeasureIsRefusedOnItsStreamAlone() {
    HttpClientRequest large = open();
    large.putHeader("content-length", "900000000").write("{");

    assertThat(join(large.response()).statusCode()).isEqualTo(400);
    assertThat(status(BODY)).isEqualTo(200);
  }

  @Test
  void malformedJsonIsRefusedOnItsStreamAlone() {
    assertThat(status(Buffer.buffer("{"))).isEqualTo(400);
    assertThat(status(BODY)).isEqualTo(200);
  }

  @Test
  void aDrainingGatewayRefusesNewStreamsOfAnOldConnection() {
    assertThat(status(BODY)).isEqualTo(200);
    stack.emulator().faults("[{\"hang\": {}}]");
    HttpClientRequest hung = open();
    hung.send(BODY);
    await().until(() -> stack.emulator().stats().total().inFlight() == 1);
    Future<Boolean> drained = stack.gateway().drain(Duration.ofSeconds(20));

    HttpClientResponse refused = join(open().send(BODY));

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.getHeader("retry-after")).isEqualTo("1");
    hung.reset();
    assertThat(join(drained)).as("the hung call was left by its caller").isTrue();
  }

  @Test
  void headersHaveTheSameLimitAsOnHttp1AndClientsGetItAsASetting() {
    HttpClientResponse within = join(open().putHeader("x-large", "y".repeat(20_000)).send(BODY));
    assertThat(within.statusCode()).isEqualTo(200);

    assertThatThrownBy(() -> join(open().putHeader("x-large", "y".repeat(34_000)).send(BODY)))
        .hasMessageContaining("exceeded max allowed size (32768)");
    assertThat(status(BODY)).as("the connection lives").isEqualTo(200);
  }

  @Test
  void hundredsOfCancelledStreamsDoNotEndTheConnection() {
    stack.emulator().faults("[{\"hang\": {}}]");
    for (int i = 0; i < 600; i++) {
      HttpClientRequest cancelled = open().exceptionHandler(reset -> {});
      cancelled.send(BODY).onComplete(any -> {});
      cancelled.reset(8);
    }
    stack.emulator().faults("[]");

    assertThat(status(BODY)).isEqualTo(200);
  }

  private int status(Buffer body) {
    HttpClientResponse response = join(open().send(body));
    return response.statusCode();
  }

  private HttpClientRequest open() {
    return open(CONVERSE);
  }

  private HttpClientRequest open(String path) {
    return join(client.request(HttpMethod.POST, stack.gateway().port(), "127.0.0.1", path));
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
