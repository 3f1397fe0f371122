package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AdminPagesTest {
  private static final String CONVERSE = "/model/" + Configs.CLAUDE + "/converse";
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\"}],\"inferenceConfig\":{\"maxTokens\":12}}";

  private static final Emulator emulator = Emulator.start(Configs.quick());
  private static final Http http = new Http();

  @AfterAll
  static void stop() {
    http.close();
    emulator.close();
  }

  @AfterEach
  void reset() {
    emulator.reset();
  }

  @Test
  void faultsAreReplacedListedAndEnded() throws Exception {
    String script = "[{\"unavailable\":{}}]";

    assertThat(call("POST", "/_emulator/faults", script).statusCode()).isEqualTo(200);
    assertThat(call("GET", "/_emulator/faults", "").body()).isEqualTo(script);
    assertThat(call("POST", CONVERSE, BODY).statusCode()).isEqualTo(503);

    assertThat(call("DELETE", "/_emulator/faults", "").body()).isEqualTo("[]");
    assertThat(call("POST", CONVERSE, BODY).statusCode()).isEqualTo(200);
  }

  @Test
  void aBadScriptIsRefusedAndTheOldOneStays() throws Exception {
    call("POST", "/_emulator/faults", "[{\"unavailable\":{}}]");

    HttpResponse<String> refused =
        call("POST", "/_emulator/faults", "[{\"outage\":{}},\n {\"hang\":{\"at\":\"noon\"}}]");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Json.MAPPER.readTree(refused.body()).path("message").asString())
        .isEqualTo("[1].hang.at: expected one of headers, firstToken (line 2, column 16)");
    assertThat(emulator.faults()).containsExactly(Fault.always(new Effect.Unavailable(null)));
  }

  @Test
  void statisticsCountInTotalByModelAndByOperation() throws Exception {
    call("POST", CONVERSE, BODY);
    emulator.faults("[{\"throttle\":{}}]");
    call("POST", CONVERSE, BODY);
    call("POST", "/model/acme.unknown/invoke", BODY);

    JsonNode stats = Json.MAPPER.readTree(call("GET", "/_emulator/stats", "").body());

    assertThat(stats.at("/total/arrived").asInt()).isEqualTo(3);
    assertThat(stats.at("/total/ok").asInt()).isEqualTo(1);
    assertThat(stats.at("/total/errors/ThrottlingException").asInt()).isEqualTo(2);
    assertThat(stats.at("/total/throttledByQuota").asInt()).isZero();
    assertThat(stats.at("/total/tokensOut").asInt()).isEqualTo(12);
    assertThat(stats.path("models").path(Configs.CLAUDE).path("arrived").asInt()).isEqualTo(2);
    assertThat(stats.path("models").size()).isEqualTo(1);
    assertThat(stats.at("/operations/invoke/arrived").asInt()).isEqualTo(1);
    assertThat(stats.at("/recent/0/outcome").asString()).isEqualTo("ok");
    assertThat(stats.at("/recent/0/maxTokens").asInt()).isEqualTo(12);
    assertThat(stats.at("/recent/1/status").asInt()).isEqualTo(429);
    assertThat(stats.at("/recent/2/model").asString()).isEqualTo("acme.unknown");
  }

  @Test
  void theRequestLogIsBounded() throws Exception {
    emulator.faults("[{\"unavailable\":{}}]");
    for (int i = 0; i < 1005; i++) {
      call("POST", CONVERSE, BODY);
    }

    assertThat(emulator.stats().recent()).hasSize(1000);
    assertThat(emulator.stats().recent().getFirst().sequence()).isEqualTo(5);
    assertThat(emulator.stats().total().arrived()).isEqualTo(1005);
  }

  @Test
  void aResetClearsEverythingAndRestoresTheSeed() throws Exception {
    String first = call("POST", CONVERSE, BODY).body();
    String second = call("POST", CONVERSE, BODY).body();
    emulator.faults("[{\"after\":1,\"outage\":{}}]");

    assertThat(call("POST", "/_emulator/reset", "").statusCode()).isEqualTo(200);

    assertThat(emulator.faults()).isEmpty();
    assertThat(emulator.stats().total().arrived()).isZero();
    assertThat(emulator.stats().recent()).isEmpty();
    assertThat(call("POST", CONVERSE, BODY).body()).isEqualTo(first);
    assertThat(call("POST", CONVERSE, BODY).body()).isEqualTo(second).isNotEqualTo(first);
  }

  @Test
  void anUnknownPageIsNotFound() throws Exception {
    assertThat(call("GET", "/_emulator/nothing", "").statusCode()).isEqualTo(404);
    assertThat(call("PUT", "/_emulator/faults", "[]").statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> call(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.text(
        Http.within(
            Duration.ofSeconds(20), Http.request(method, emulator.endpoint().resolve(path), body)));
  }
}
