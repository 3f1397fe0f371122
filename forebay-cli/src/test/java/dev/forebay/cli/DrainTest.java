package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceUnavailableException;

/** A gateway that is told to stop ends what it has begun and begins nothing. */
class DrainTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void callsInFlightEndAndNewOnesAreRefused() throws Exception {
    stack.emulator().faults("[{\"slowFirstToken\": {\"delay\": \"1s\"}}]");
    try (StackWithoutAnyModel other = new StackWithoutAnyModel(stack)) {
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
    try (StackWithoutAnyModel other = new StackWithoutAnyModel(stack)) {
      CompletableFuture<ConverseResponse> hung =
          CompletableFuture.supplyAsync(
              () -> other.client().converse(Calls.converse("only.this-model")));
      await().until(() -> stack.emulator().stats().total().arrived() == 1);

      Future<Boolean> drained = other.gateway().drain(Duration.ofMillis(100));

      assertThat(drained.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
          .isFalse();
      assertThatThrownBy(() -> hung.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }
}
