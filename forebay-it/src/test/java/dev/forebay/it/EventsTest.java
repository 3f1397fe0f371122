package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code /api/events}, as viewers read it. */
class EventsTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final int MAX_VIEWERS = 32;

  @Test
  void theFirstMessageHasTheHistoryAndTheNextOnesWhatIsNew() throws Exception {
    try (Viewer viewer = new Viewer(stack.endpoint(), "")) {
      Message first = viewer.next();
      assertThat(first.event()).isEqualTo("full");
      assertThat(first.data().fieldNames())
          .contains("routes", "targets", "ladder", "verdict", "alarms", "history");
      Message second = viewer.next();
      assertThat(second.event()).isEqualTo("now");
      assertThat(second.data().fieldNames()).contains("targets").doesNotContain("history");
    }
  }

  @Test
  void aFallbackHasItsDispositionWithItsJourneyAndWithoutThePrompt() throws Exception {
    stack
        .emulator()
        .faults(
            "[{\"model\": \"%s\", \"error\": {\"exception\": \"ModelErrorException\"}}]"
                .formatted(Stack.PRIMARY));
    try (Viewer viewer = new Viewer(stack.endpoint(), "")) {
      viewer.next();
      stack
          .client()
          .converse(
              Calls.converse(Stack.MODEL).toBuilder()
                  .messages(Calls.userSays("Sesame, open"))
                  .build());
      StringBuilder all = new StringBuilder();
      JsonObject message;
      do {
        message = viewer.next().data();
        all.append(message.encode());
      } while (message.getJsonArray("unusual").isEmpty());

      assertThat(fallbacks(message)).isEqualTo(1);
      JsonObject call = message.getJsonArray("unusual").getJsonObject(0);
      assertThat(call.getString("rung")).isEqualTo("fallback");
      assertThat(call.getString("end")).isEqualTo("answered by fallback (fallback) in 2 attempts");
      assertThat(all).doesNotContain("Sesame");
    }
  }

  @Test
  void viewersAreBoundedAndLeaveRoomWhenTheyGo() throws Exception {
    List<Viewer> viewers = new ArrayList<>();
    try {
      for (int i = 0; i < MAX_VIEWERS; i++) {
        viewers.add(new Viewer(stack.endpoint(), ""));
      }
      try (Viewer tooMany = new Viewer(stack.endpoint(), "")) {
        assertThat(tooMany.status()).isEqualTo(503);
        assertThat(tooMany.header("retry-after")).isEqualTo("10");
      }
      for (Viewer viewer : viewers) {
        assertThat(viewer.status()).isEqualTo(200);
        assertThat(viewer.next().event()).isEqualTo("full");
      }
      viewers.removeFirst().close();
      Awaitility.await()
          .untilAsserted(
              () -> {
                try (Viewer next = new Viewer(stack.endpoint(), "")) {
                  assertThat(next.status()).isEqualTo(200);
                }
              });
    } finally {
      for (Viewer viewer : viewers) {
        viewer.close();
      }
    }
  }

  @Test
  void withKeysOnlyAnOperatorSeesThemWhileThePageItselfIsOpen() throws Exception {
    try (KeyedGateway gateway = new KeyedGateway(stack)) {
      URI endpoint = URI.create("http://127.0.0.1:" + gateway.port());
      try (Viewer refused = new Viewer(endpoint, "");
          Viewer caller = new Viewer(endpoint, KeyedGateway.WEB_SECRET);
          Viewer operator = new Viewer(endpoint, KeyedGateway.ADMIN_SECRET)) {
        assertThat(refused.status()).isEqualTo(403);
        assertThat(caller.status()).isEqualTo(403);
        assertThat(operator.status()).isEqualTo(200);
        assertThat(operator.next().event()).isEqualTo("full");
      }
      try (RawHttp page = new RawHttp(gateway.port())) {
        assertThat(page.send("GET /dashboard HTTP/1.1\r\nhost: x\r\n\r\n").readUntil("\r\n"))
            .startsWith("HTTP/1.1 200");
      }
    }
  }

  @Test
  void aGatewayThatClosesEndsTheStream() throws Exception {
    try (Viewer viewer = new Viewer(stack.endpoint(), "")) {
      viewer.next();
      stack.gateway().close().toCompletionStage().toCompletableFuture().join();
      Awaitility.await().until(viewer::ended);
    }
  }

  private static long fallbacks(JsonObject status) {
    return status.getJsonObject("ladder").getJsonObject("total").getLong("fallback");
  }

  private record Message(String event, JsonObject data) {}

  /** A viewer. */
  private static final class Viewer implements AutoCloseable {
    private final Http http = new Http();
    private final HttpResponse<InputStream> response;
    private final BufferedReader reader;

    Viewer(URI endpoint, String key) throws Exception {
      String[] headers =
          key.isEmpty() ? new String[0] : new String[] {"authorization", "Bearer " + key};
      response = http.stream(Http.get(endpoint.resolve("/api/events"), headers));
      reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    int status() {
      return response.statusCode();
    }

    String header(String name) {
      return Http.header(response, name);
    }

    Message next() throws IOException {
      String event = "";
      String data = "";
      for (String line = reader.readLine(); ; line = reader.readLine()) {
        if (line == null) {
          throw new IOException("the stream has ended");
        }
        if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        } else if (line.isEmpty()) {
          return new Message(event, new JsonObject(data));
        }
      }
    }

    /** Reads on until then. */
    boolean ended() {
      try {
        next();
        return false;
      } catch (IOException e) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      response.body().close();
      http.shutdownNow();
    }
  }
}
