package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.PRIMARY;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** A configuration that the program has read already. */
class ReadConfigTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static GatewayConfig config(URI endpoint) {
    return ConfigFile.parse(
        """
        targets:
          use1: { region: us-east-1, model: %s, endpoint: "%s", credentials: "profile:none" }
        routes:
          %s: { tiers: [[use1]], deadline: 5s }
        """
            .formatted(PRIMARY, endpoint, MODEL),
        "test",
        Map.of());
  }

  private static Answered call(ForebayBuilder builder) {
    try (Forebay forebay = builder.build();
        BedrockRuntimeClient client = forebay.bedrockRuntime()) {
      return Answered.of(client.converse(hello(MODEL)));
    }
  }

  @Test
  void theBuildersAddressAndCredentialsReplaceThoseOfTheTargets() {
    Answered answered =
        call(
            Forebay.builder()
                .config(config(URI.create("https://bedrock.invalid")))
                .endpoint(bedrock.emulator().endpoint())
                .credentials("anonymous"));
    assertThat(answered.target()).contains("use1");
  }

  @Test
  void withoutThemTheTargetsKeepTheirOwn() {
    assertThatThrownBy(() -> call(Forebay.builder().config(config(bedrock.emulator().endpoint()))))
        .hasMessageContaining("credentials");
  }

  @Test
  void thereIsOneConfiguration() {
    GatewayConfig config = config(bedrock.emulator().endpoint());
    assertThatThrownBy(
            () -> Forebay.builder().config(config).config(Path.of("forebay.yaml")).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set twice");
    assertThatThrownBy(() -> Forebay.builder().config(config).route(MODEL).and().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("both config(...) and route(...)");
  }
}
