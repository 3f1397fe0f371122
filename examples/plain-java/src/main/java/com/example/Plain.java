package com.example;

import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;

/** Calls Bedrock by the AWS SDK. */
public class Plain {
  private final BedrockRuntimeAsyncClient bedrock = BedrockRuntimeAsyncClient.create();

  public String ask() {
    return Questions.ask(bedrock);
  }

  public static void main(String[] arguments) {
    System.out.println(new Plain().ask());
  }
}
