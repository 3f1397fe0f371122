package com.example;

import dev.forebay.client.Forebay;
import java.nio.file.Path;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;

/** The same program, with one line changed. */
public class WithForebay {
  private final BedrockRuntimeAsyncClient bedrock =
      Forebay.fromConfig(Path.of("forebay.yaml")).bedrockRuntimeAsync();

  public String ask() {
    return Questions.ask(bedrock);
  }

  public static void main(String[] arguments) {
    System.out.println(new WithForebay().ask());
  }
}
