package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;

/** A gateway that is stopped ends what it has begun and begins nothing. */
class DrainTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  @Test
  void callsInFlightEndAndNewOnesAreRefused() throws Exception {
    stack.emulator().faults("[{\"slowFirstToken\": {\"delay\": \"1s\"}}]");
    try (OneRoute other = new OneRoute(stack)) {
      CompletableFuture<ConverseResponse> inFlight =
          CompletableFuture.supplyAsync(
              () -> other.client().converse(Calls.converse("only.this-model")));
      await().until(() -> stack.emulator().stats().total().arrived() == 1);

      Future<Boolean> drained = other.gateway().drain(Duration.ofSeconds(20));

      assertThatThrownBy(() -> other.client().converse(Calls.converse("only.this-model")))
          .isInstanceOf(ServiceUnavailableException.class)
          .hasMessageContaining("shutting down");
      assertThat(inFlight.get(20, TimeUnit.SECONDS).stopReasonAsString()).isEqualTo("end_turn");
      assertThat(drained.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
          .isTrue();
    }
  }

  @Test
  void aCallThatDoesNotEndIsNotWaitedForForEver() throws Exception {
    stack.emulator().faults("[{\"hang\": {}}]");
    try (OneRoute other = new OneRoute(stack)) {
      CompletableFuture<ConverseResponse> hung =
          CompletableFuture.supplyAsync(
              () -> other.client().converse(Calls.converse("only.this-model")));
      await().until(() -> stack.emulator().stats().total().arrived() == 1);

      Future<Boolean> drained = other.gateway().drain(Duration.ofMillis(100));

      assertThat(drained.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
          .isFalse();
      assertThatThrownBy(() -> hung.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ServiceUnavailableException.class);
    }
  }

  @Test
  void aSlowReaderGetsItsWholeAnswer() throws Exception {
    String text = "x".repeat(8_000_000);
    try (WireUpstream upstream =
            WireUpstream.saying(
                "200 OK\r\nContent-Type: application/json", "{\"output\":\"" + text + "\"}");
        OneRoute other =
            new OneRoute(stack, URI.create(upstream.endpoint()), "credentials: anonymous");
        RawHttp slow = new RawHttp(other.gateway().port())) {
      slow.send(RawHttp.post("/model/" + OneRoute.MODEL + "/converse", BODY));
      assertThat(slow.readUntil("xxx")).contains("200 OK");

      Future<Boolean> drained = other.gateway().drain(Duration.ofSeconds(20));

      assertThat(slow.readUntil("\"}")).hasSizeGreaterThan(text.length() - 10);
      assertThat(drained.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
          .isTrue();
    }
  }

  @Test
  void aStreamThatDoesNotEndInTimeEndsWithAnExceptionEvent() throws Exception {
    stack.emulator().faults("[{\"stall\": {\"afterEvents\": 4}}]");
    try (OneRoute other = new OneRoute(stack);
        RawHttp raw = new RawHttp(other.gateway().port())) {
      raw.send(RawHttp.post("/model/" + OneRoute.MODEL + "/converse-stream", BODY));
      assertThat(raw.readUntil("contentBlockDelta")).contains("200 OK");

      other.gateway().drain(Duration.ofMillis(100));

      assertThat(raw.readToEnd()).contains("serviceUnavailableException").contains("shutting down");
    }
  }
}
