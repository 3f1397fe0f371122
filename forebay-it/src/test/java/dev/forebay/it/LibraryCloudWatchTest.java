package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.client.Forebay;
import dev.forebay.cloudwatch.CloudWatchMetrics;
import dev.forebay.it.CloudWatchReceiver.Mood;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** A program with the library has the metrics that applications know, without a gateway. */
class LibraryCloudWatchTest {
  @RegisterExtension static final Stack stack = new Stack();

  @Test
  void fallbacksArriveWhenTheProgramEnds() throws Exception {
    stack.emulator().faults("[{\"model\": \"%s\", \"throttle\": {}}]".formatted(Stack.PRIMARY));
    try (CloudWatchReceiver cloudWatch = new CloudWatchReceiver(Mood.WELL)) {
      try (CloudWatchMetrics metrics =
              CloudWatchMetrics.builder()
                  .endpoint(cloudWatch.endpoint())
                  .credentials(
                      StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
                  .toApi("us-east-1");
          Forebay forebay =
              Forebay.builder()
                  .endpoint(stack.emulator().endpoint())
                  .credentials("anonymous")
                  .listener(metrics)
                  .route(Stack.MODEL)
                  .primary(Stack.PRIMARY, Region.US_EAST_1)
                  .fallback(Stack.FALLBACK, Region.US_WEST_2)
                  .build();
          BedrockRuntimeClient client = forebay.bedrockRuntime()) {
        for (int i = 0; i < 5; i++) {
          client.converse(Calls.converse(Stack.MODEL));
        }
      }
      double fallbacks =
          Objects.requireNonNull(stack.emulator().stats().models().get(Stack.FALLBACK)).arrived();
      assertThat(fallbacks).isEqualTo(5);
      assertThat(cloudWatch.sum("FallbackModelInvocations", Map.of())).isEqualTo(fallbacks);
      assertThat(cloudWatch.sum("Throttles", Map.of("Target", "us-east-1/" + Stack.PRIMARY)))
          .isPositive();
      assertThat(cloudWatch.data())
          .allSatisfy(datum -> assertThat(datum.namespace()).isEqualTo("GenAI/Application"));
      assertThat(cloudWatch.complaints()).isEmpty();
    }
  }
}
