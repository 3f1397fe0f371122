package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.InvokeModelResponse;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ServiceTierType;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

class ServiceTierTest {
  private static final String MODEL = "amazon.nova-lite-v1:0";
  private static final Emulator emulator =
      Emulator.start(
          EmulatorConfig.parse(
              """
              models:
                "%s":
                  serviceTiers: [default, flex]
                  latency: { timeToFirstToken: 0ms, tokensPerSecond: 1000000 }
              """
                  .formatted(MODEL)));
  private static final BedrockRuntimeClient client = Clients.sync(emulator.endpoint());

  @AfterAll
  static void stop() {
    client.close();
    emulator.close();
  }

  @AfterEach
  void endFaults() {
    emulator.reset();
  }

  @Test
  void anAnswerTellsTheTierThatWasAskedFor() {
    assertThat(converse("flex").serviceTier().type()).isEqualTo(ServiceTierType.FLEX);
    assertThat(invoke("flex").serviceTier()).isEqualTo(ServiceTierType.FLEX);
    assertThat(invoke(null).serviceTier()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "priority, The provided service tier is not supported for this model.",
    "reserved, Reservation not found.",
    "cheapest, The service tier is invalid."
  })
  void aTierThatTheModelDoesNotHaveIsRefused(String tier, String message) {
    assertThatThrownBy(() -> converse(tier))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> invoke(tier))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFaultMayMeetTheRequestsOfOneTierOnly() {
    List<Fault> faults = Fault.parse("[{\"serviceTier\": \"flex\", \"throttle\": {}}]");
    emulator.faults(faults);

    assertThatThrownBy(() -> converse("flex")).isInstanceOf(ThrottlingException.class);
    assertThatThrownBy(() -> invoke("flex")).isInstanceOf(ThrottlingException.class);
    assertThat(converse("default").stopReason()).isNotNull();
    assertThat(invoke(null).body()).isNotNull();
    assertThat(Fault.parse(FaultWriter.json(faults).toString())).isEqualTo(faults);
  }

  private static ConverseResponse converse(String tier) {
    Message hello =
        Message.builder().role(ConversationRole.USER).content(ContentBlock.fromText("Hi")).build();
    return client.converse(r -> r.modelId(MODEL).messages(hello).serviceTier(t -> t.type(tier)));
  }

  private static InvokeModelResponse invoke(@Nullable String tier) {
    return client.invokeModel(
        r ->
            r.modelId(MODEL)
                .serviceTier(tier)
                .body(
                    SdkBytes.fromUtf8String(
                        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}")));
  }
}
