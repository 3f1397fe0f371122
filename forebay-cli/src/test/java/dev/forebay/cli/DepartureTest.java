package dev.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When the caller leaves, the upstream call ends at once, before content and after it. */
class DepartureTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  @Test
  void aUnaryCallerThatClosesItsConnectionClosesTheUpstream() throws Exception {
    stack.emulator().faults("[{\"hang\": {}}]");
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(RawHttp.post("/model/" + Stack.MODEL + "/converse", BODY));
      await().until(() -> stack.arrived(Stack.PRIMARY).size() == 1);
    }
    await().until(() -> stack.arrived(Stack.PRIMARY).getFirst().clientLeftAtMs() != null);
    assertThat(stack.emulator().stats().total().arrived()).isEqualTo(1);
  }

  @Test
  void aStreamingCallerThatLeavesAfterContentClosesTheUpstream() throws Exception {
    stack.emulator().faults("[{\"stall\": {\"afterEvents\": 4}}]");
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      raw.send(RawHttp.post("/model/" + Stack.MODEL + "/converse-stream", BODY));
      raw.readUntil("contentBlockDelta");
    }
    await().until(() -> stack.arrived(Stack.PRIMARY).getFirst().clientLeftAtMs() != null);
  }

  @Test
  void anH2cCallerThatCancelsItsStreamClosesTheUpstream() {
    stack.emulator().faults("[{\"hang\": {}}]");
    CompletableFuture<Void> call =
        stack
            .asyncClient()
            .converseStream(Calls.converseStream(Stack.MODEL), new Received().converse());
    await().until(() -> stack.arrived(Stack.PRIMARY).size() == 1);
    call.cancel(true);

    await().until(() -> stack.arrived(Stack.PRIMARY).getFirst().clientLeftAtMs() != null);
    assertThat(stack.emulator().stats().total().arrived()).isEqualTo(1);
  }
}
