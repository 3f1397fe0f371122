package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each target has connections of its own: one that hangs takes no others'. */
class SickTargetTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final int HUNG = 400;
  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";

  @Test
  void hundredsOfCallsThatHangAtOneTargetDelayNoneAtAnother() throws Exception {
    Gateway gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  sick: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%1$s", credentials: anonymous }
                  well: { region: us-east-1, model: "amazon.nova-pro-v1:0", endpoint: "%1$s", credentials: anonymous }
                routes:
                  sick: { tiers: [[sick]], deadline: 60s }
                  well: { tiers: [[well]], deadline: 60s }
                """
                    .formatted(stack.emulator().endpoint()),
                "sick.yaml",
                Map.of()));
    stack.emulator().faults("[{\"model\": \"amazon.nova-lite-v1:0\", \"hang\": {}}]");
    List<RawHttp> hung = new ArrayList<>();
    try {
      for (int i = 0; i < HUNG; i++) {
        hung.add(new RawHttp(gateway.port()).send(RawHttp.post("/model/sick/converse", BODY)));
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> stack.emulator().stats().total().inFlight() == HUNG);

      for (int i = 0; i < 20; i++) {
        try (RawHttp raw = new RawHttp(gateway.port())) {
          raw.patience(Duration.ofSeconds(2));
          raw.send(RawHttp.post("/model/well/converse", BODY));
          assertThat(raw.readUntil("end_turn")).contains("200 OK");
        }
      }
      assertThat(stack.emulator().stats().total().inFlight()).isEqualTo(HUNG);
    } finally {
      for (RawHttp client : hung) {
        client.close();
      }
      gateway.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
