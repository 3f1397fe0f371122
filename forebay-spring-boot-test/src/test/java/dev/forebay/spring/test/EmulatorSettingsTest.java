package dev.forebay.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.emulator.Emulator;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/** An emulator by a configuration of the test's own, and an application without properties. */
@SpringBootTest(classes = EmulatorSliceTest.Application.class)
@AutoConfigureForebayEmulator(config = "port: 9\nanyModel: false\n")
class EmulatorSettingsTest {
  private final BedrockRuntimeClient client;
  private final Emulator emulator;

  @Autowired
  EmulatorSettingsTest(BedrockRuntimeClient client, Emulator emulator) {
    this.client = client;
    this.emulator = emulator;
  }

  @Test
  void theSettingsAreTheTestsAndThePortIsFree() {
    assertThat(emulator.port()).isGreaterThan(1024);
    Message hello =
        Message.builder()
            .role(ConversationRole.USER)
            .content(ContentBlock.fromText("Hello"))
            .build();
    assertThatThrownBy(
            () -> client.converse(r -> r.modelId("amazon.nova-pro-v1:0").messages(hello)))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("The provided model identifier is invalid");
  }
}
