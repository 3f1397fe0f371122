package dev.forebay.spring.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.emulator.Emulator;
import dev.forebay.spring.ForebayCustomizer;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.Message;
import software.amazon.awssdk.services.bedrockruntime.model.ValidationException;

/**
 * An emulator by a configuration of the test's own, and an application without properties whose own
 * customizer directs calls elsewhere.
 */
@SpringBootTest(classes = {EmulatorSliceTest.Application.class, EmulatorSettingsTest.Own.class})
@AutoConfigureForebayEmulator(config = "port: 9\nanyModel: false\n")
class EmulatorSettingsTest {
  @Configuration(proxyBeanMethods = false)
  static class Own {
    @Bean
    ForebayCustomizer elsewhere() {
      return builder -> builder.endpoint(URI.create("http://127.0.0.1:1")).credentials("default");
    }
  }

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
