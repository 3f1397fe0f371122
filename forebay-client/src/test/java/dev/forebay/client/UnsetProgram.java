package dev.forebay.client;

import java.net.URI;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** A program in an environment that sets nothing of AWS: prints how its calls end. */
final class UnsetProgram {
  private UnsetProgram() {}

  public static void main(String[] arguments) {
    URI endpoint = URI.create(arguments[0]);
    Message hello = EmulatedBedrock.says("Hello");
    try (Forebay forebay = Forebay.create()) {
      print("blocking", () -> forebay.bedrockRuntime().converse(r -> r.messages(hello)));
      print(
          "asynchronous",
          () -> forebay.bedrockRuntimeAsync().converse(r -> r.messages(hello)).join());
      print("work", () -> forebay.call("chat", target -> target.region()));
      try (BedrockRuntimeClient client =
              forebay
                  .attach(BedrockRuntimeClient.builder())
                  .region(Region.US_EAST_1)
                  .endpointOverride(endpoint)
                  .build();
          BedrockRuntimeAsyncClient async =
              forebay
                  .attach(BedrockRuntimeAsyncClient.builder())
                  .region(Region.US_EAST_1)
                  .endpointOverride(endpoint)
                  .build()) {
        print("signed", () -> client.converse(r -> r.modelId("m").messages(hello)));
        print("signed later", () -> async.converse(r -> r.modelId("m").messages(hello)).join());
      }
    }
    System.exit(0);
  }

  private static void print(String what, Runnable call) {
    try {
      call.run();
      System.out.println(what + ": done");
    } catch (RuntimeException e) {
      Throwable cause = e.getCause() != null && what.equals("signed later") ? e.getCause() : e;
      System.out.println(
          what + ": " + cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }
  }
}
