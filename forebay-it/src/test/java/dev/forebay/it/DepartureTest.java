package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

  /** Two hundred callers that leave at any moment, before, in and after the answer. */
  @Test
  void departuresAtAnyMomentLeaveNothingBehind() throws Exception {
    stack
        .emulator()
        .faults(
            "[{\"probability\": 0.3, \"hang\": {}}, {\"probability\": 0.3, \"stall\": {\"afterEvents\": 4}},"
                + " {\"probability\": 0.3, \"throttle\": {}}]");
    SplittableRandom random = new SplittableRandom(5);
    List<RawHttp> callers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String operation = random.nextBoolean() ? "/converse" : "/converse-stream";
      String request = RawHttp.post("/model/" + Stack.MODEL + operation, BODY);
      int sent = random.nextInt(4) == 0 ? random.nextInt(request.length()) : request.length();
      callers.add(new RawHttp(stack.gateway().port()).send(request.substring(0, sent)));
      if (callers.size() > 20) {
        callers.remove(random.nextInt(callers.size())).close();
      }
    }
    for (RawHttp caller : callers) {
      caller.close();
    }

    await()
        .until(() -> status().contains("\"calls\" : 0") && status().contains("\"bodyBytes\" : 0"));
    await().until(() -> !status().matches("(?s).*\"inFlight\" : [1-9].*"));
    await().until(() -> stack.emulator().stats().total().inFlight() == 0);
  }

  private static String status() throws Exception {
    try (RawHttp raw = new RawHttp(stack.gateway().port())) {
      return raw.send("GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .readToEnd();
    }
  }
}
