package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.FALLBACK;
import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.RouteHealth.Status;
import dev.forebay.client.RouteHealth.TargetHealth;
import dev.forebay.core.health.Breaker.Position;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;

/** What a program can see of its routes. */
class HealthTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static void callUntil(Status status, Forebay forebay, BedrockRuntimeClient client) {
    for (int i = 0; i < 50 && forebay.health().getFirst().status() != status; i++) {
      try {
        client.converse(hello(MODEL));
      } catch (BedrockRuntimeException e) {
        // Failures are what opens circuits.
      }
    }
  }

  @Test
  void aRouteIsUpBeforeItsFirstCall() {
    try (Forebay forebay = bedrock.route().and().build()) {
      assertThat(forebay.health())
          .isEqualTo(
              List.of(
                  new RouteHealth(
                      MODEL,
                      List.of(target("us-east-1", 0, PRIMARY), target("us-west-2", 1, FALLBACK)))));
      assertThat(forebay.health().getFirst().status()).isEqualTo(Status.UP);
    }
  }

  private static TargetHealth target(String region, int tier, String model) {
    return new TargetHealth(
        region + "/" + model, tier, region, Optional.of(model), Position.CLOSED);
  }

  @Test
  void anOpenPrimaryIsADegradedRouteAndNoOpenTargetIsUp() {
    try (Forebay forebay = bedrock.route().deadline(Duration.ofSeconds(1)).and().build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      bedrock.faults("[{\"model\":\"" + PRIMARY + "\",\"unavailable\":{}}]");
      callUntil(Status.DEGRADED, forebay, client);
      assertThat(forebay.health().getFirst().targets().getFirst().circuit())
          .isEqualTo(Position.OPEN);
      assertThat(forebay.health().getFirst().status()).isEqualTo(Status.DEGRADED);

      bedrock.faults("[{\"unavailable\":{}}]");
      callUntil(Status.DOWN, forebay, client);
      assertThat(forebay.health().getFirst().status()).isEqualTo(Status.DOWN);
    }
  }

  @Test
  void withoutAConfigurationTheModelsThatWereAskedForAreRoutes() {
    try (Forebay forebay =
            Forebay.builder()
                .endpoint(bedrock.emulator().endpoint())
                .credentials("anonymous")
                .region(Region.EU_WEST_1)
                .build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      assertThat(forebay.health()).isEmpty();
      client.converse(hello(MODEL));
      assertThat(forebay.health()).extracting(RouteHealth::route).containsExactly(MODEL);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CLOSED, CLOSED, UP",
    "HALF_OPEN, OPEN, UP",
    "OPEN, CLOSED, DEGRADED",
    "OPEN, HALF_OPEN, DEGRADED",
    "OPEN, OPEN, DOWN"
  })
  void aHalfOpenCircuitTakesCalls(Position primary, Position fallback, Status status) {
    assertThat(
            new RouteHealth(
                    "r",
                    List.of(
                        new TargetHealth("p", 0, "us-east-1", Optional.empty(), primary),
                        new TargetHealth("f", 1, "us-east-1", Optional.empty(), fallback)))
                .status())
        .isEqualTo(status);
  }
}
