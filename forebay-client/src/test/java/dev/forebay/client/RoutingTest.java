package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.GatewayConfig;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** What is made for names that come from a program's input is bounded. */
class RoutingTest {
  private static final int MANY = 900;

  private final SystemTimers timers = new SystemTimers();
  private final Routing routing =
      new Routing(
          null,
          new AnyModel(null, null, "anonymous", Map.of("SECRET", "hunter2")),
          new Periodic(timers),
          null,
          new ClientCredentials(ClientCredentials.Use.BY_NONE),
          () -> {});
  private final ClientEndpoint client =
      ClientEndpoint.of(
          SdkHttpRequest.builder()
              .method(SdkHttpMethod.GET)
              .uri(URI.create("https://bedrock-runtime.us-east-1.amazonaws.com/async-invoke"))
              .build());

  @AfterEach
  void close() {
    routing.close();
    timers.close();
  }

  @Test
  void modelsBeyondAHundredShareOneRoute() {
    for (int i = 0; i < MANY; i++) {
      assertThat(routing.find("model-" + i, Optional.of(client))).isPresent();
    }
    assertThat(routing.configs()).hasSize(101);
  }

  @Test
  void regionsThatDoNotExistAreNotMadeForEver() {
    for (int i = 0; i < MANY; i++) {
      routing.ofNoModel(Optional.of("xx-nowhere-" + i), client);
    }
    assertThat(routing.configs()).hasSizeLessThan(50);
    assertThat(routing.ofNoModel(Optional.of("xx-nowhere-0"), client)).isPresent();
    assertThat(routing.ofNoModel(Optional.of("xx-nowhere-" + MANY), client)).isEmpty();
  }

  @Test
  void regionsThatExistAreFoundBesideThose() {
    for (int i = 0; i < MANY; i++) {
      routing.ofNoModel(Optional.of("xx-nowhere-" + i), client);
    }
    assertThat(routing.ofNoModel(Optional.of("eu-central-1"), client)).isPresent();
    assertThat(routing.ofNoModel(Optional.empty(), client)).isPresent();
    assertThat(routing.find("model", Optional.of(client)).orElseThrow().config().routes())
        .containsOnlyKeys("model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xx-0", "-", "nowhere", "us-east-1-x"})
  void whatIsNoRegionHasNoTarget(String region) {
    assertThat(routing.ofNoModel(Optional.of(region), client)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "${SECRET}",
        "$${SECRET}",
        "${",
        "${NOT_SET}",
        "a b",
        "a\"b",
        "a\\b",
        "#",
        "{}",
        "[x]",
        "*x",
        "&x",
        "a/b",
        "null",
        "true",
        "1",
        "a,b",
        "~",
        "*",
      })
  void anyModelIdIsForBedrockToJudge(String id) {
    GatewayConfig config = routing.find(id, Optional.of(client)).orElseThrow().config();
    assertThat(config.targets().values().iterator().next().model().orElse(id)).isEqualTo(id);
    assertThat(config.toString()).doesNotContain("hunter2");
  }
}
