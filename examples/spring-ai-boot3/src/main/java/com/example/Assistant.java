package com.example;

import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
public class Assistant {
  public static void main(String[] args) {
    SpringApplication.run(Assistant.class, args).close();
  }

  /** Asks once for a whole answer and once for a stream. */
  @Bean
  CommandLineRunner ask(ChatClient.Builder builder) {
    return args -> {
      ChatClient chat = builder.build();
      System.out.println("whole: " + chat.prompt("What is a forebay?").call().content());
      String streamed =
          String.join("", chat.prompt("What is a penstock?").stream().content().toIterable());
      System.out.println("streamed: " + streamed);
    };
  }

  /** Receives every decision of Forebay; this one prints who answered. */
  @Bean
  JourneyListener whoAnswered() {
    return (journey, event) -> {
      if (event instanceof JourneyEvent.Answered) {
        System.out.println(event.text());
      }
    };
  }
}
