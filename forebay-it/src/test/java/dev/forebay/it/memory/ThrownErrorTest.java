package dev.forebay.it.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
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
        Http http = Http.offeringHttp2()) {
      for (String operation : List.of("converse", "converse-stream")) {
        HttpResponse<String> answer = call(http, process.port(), operation);
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("x-amzn-errortype"))
            .hasValue("InternalServerException");
        assertThat(answer.body()).contains("\"message\"");
      }
      JsonObject status =
          new JsonObject(http.text(Http.get(Http.local(process.port(), "/api/status"))).body());
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
        Http http = Http.offeringHttp2()) {
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

  private static HttpResponse<String> call(Http http, int port, String operation) throws Exception {
    return http.text(Http.post(Http.local(port, "/model/chat/" + operation), BODY));
  }
}
