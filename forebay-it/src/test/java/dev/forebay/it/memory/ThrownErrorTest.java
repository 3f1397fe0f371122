package dev.forebay.it.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Errors of the machine, thrown in the middle of a call. */
class ThrownErrorTest {
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"small\"}]}]}";

  @Test
  void anErrorEndsItsCallAndLeavesNothingBehind() throws Exception {
    try (LargeAnswers upstream = new LargeAnswers(1_000, true);
        SmallProcess process = process("stack", upstream);
        HttpClient http = HttpClient.newHttpClient()) {
      for (String operation : List.of("converse", "converse-stream")) {
        HttpResponse<String> answer = call(http, process.port(), operation);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("x-amzn-errortype"))
            .hasValue("InternalServerException");
        assertThat(answer.body()).contains("\"message\"");
      }
      JsonObject status =
          new JsonObject(
              http.send(
                      HttpRequest.newBuilder(uri(process.port(), "/api/status")).build(),
                      BodyHandlers.ofString())
                  .body());
      assertThat(status.getInteger("calls")).isZero();
      assertThat(status.getJsonObject("memory").getLong("heldBytes")).isZero();
      assertThat(status.getJsonObject("targets").getJsonObject("one").getInteger("inFlight"))
          .isZero();
      assertThat(process.isAlive()).isTrue();
    }
  }

  @Test
  void outOfMemoryEndsTheProcessAtOnce() throws Exception {
    try (LargeAnswers upstream = new LargeAnswers(1_000, true);
        SmallProcess process = process("memory", upstream);
        HttpClient http = HttpClient.newHttpClient()) {
      int port = process.port();
      try {
        call(http, port, "converse");
      } catch (IOException e) {
        // The connection is gone with the process.
      }
      assertThat(process.exitCode()).isEqualTo(3);
      assertThat(process.said())
          .contains("forebay: out of memory (made up); the process ends with exit code 3");
    }
  }

  private static SmallProcess process(String thrown, LargeAnswers upstream) throws IOException {
    return new SmallProcess(
        80, BrokenProcess.class, List.of(thrown, upstream.endpoint().toString()));
  }

  private static HttpResponse<String> call(HttpClient http, int port, String operation)
      throws Exception {
    return http.send(
        HttpRequest.newBuilder(uri(port, "/model/chat/" + operation))
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build(),
        BodyHandlers.ofString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
