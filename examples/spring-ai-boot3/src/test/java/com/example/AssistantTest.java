package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.emulator.Emulator;
import dev.forebay.spring.test.AutoConfigureForebayEmulator;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
@AutoConfigureForebayEmulator
class AssistantTest {
  @Autowired ChatClient.Builder chat;
  @Autowired Emulator bedrock;

  @Test
  void theFallbackAnswersWhileTheFirstModelIsThrottled() {
    bedrock.faults("[{\"model\": \"us.anthropic.claude-sonnet-4-6\", \"throttle\": {}}]");
    assertThat(chat.build().prompt("What is a forebay?").call().content()).isNotBlank();
    assertThat(bedrock.stats().recent()).anyMatch(request -> request.model().contains("haiku"));
  }
}
