package dev.forebay.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.Answered;
import dev.forebay.emulator.Emulator;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** A test as an application has it: its targets are Bedrock's own, and none is called. */
@SpringBootTest(
    classes = EmulatorSliceTest.Application.class,
    properties = {
      "forebay.targets.sonnet.region=us-east-1",
      "forebay.targets.sonnet.model=us.anthropic.claude-sonnet-4-6",
      "forebay.targets.sonnet.credentials=profile:none",
      "forebay.targets.haiku.region=us-east-1",
      "forebay.targets.haiku.model=us.anthropic.claude-haiku-4-5-20251001-v1:0",
      "forebay.routes.chat.tiers[0][0]=sonnet",
      "forebay.routes.chat.tiers[1][0]=haiku",
      "forebay.routes.chat.retry.base-delay=5ms",
      "forebay.routes.chat.retry.max-delay=20ms"
    })
@AutoConfigureForebayEmulator
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EmulatorSliceTest {
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  private final BedrockRuntimeClient client;
  private final Emulator emulator;

  @Autowired
  EmulatorSliceTest(BedrockRuntimeClient client, Emulator emulator) {
    this.client = client;
    this.emulator = emulator;
  }

  private Answered.Answer ask() {
    ConverseRequest request =
        ConverseRequest.builder()
            .modelId("chat")
            .messages(
                Message.builder()
                    .role(ConversationRole.USER)
                    .content(ContentBlock.fromText("Hello"))
                    .build())
            .build();
    return Answered.of(client.converse(request)).answer();
  }

  @Test
  void theBootIsTheOneThatIsToBeTested() {
    assertThat(SpringBootVersion.getVersion()).startsWith(System.getProperty("boot") + ".");
  }

  @Test
  @Order(1)
  void aFaultOfATestIsMetByTheApplication() {
    emulator.faults("[{\"model\":\"us.anthropic.claude-sonnet-4-6\",\"throttle\":{}}]");
    assertThat(ask()).isEqualTo(Answered.Answer.FALLBACK);
    assertThat(emulator.stats().recent()).hasSizeGreaterThan(1);
  }

  @Test
  @Order(2)
  void theNextTestBeginsWithoutFaultsAndRequests() {
    assertThat(emulator.faults()).isEmpty();
    assertThat(emulator.stats().recent()).isEmpty();
  }
}
