package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Priority;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.ModelTimeoutException;

/** Options for all calls that an action makes, directly or through a library. */
class OptionsScopeTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private final List<Priority> priorities = new CopyOnWriteArrayList<>();
  private final Forebay forebay =
      bedrock
          .route()
          .and()
          .listener(
              (journey, event) -> {
                if (journey.ended()) {
                  priorities.add(journey.call().priority());
                }
              })
          .build();
  private final BedrockRuntimeClient blocking = forebay.bedrockRuntime();
  private final BedrockRuntimeAsyncClient async = forebay.bedrockRuntimeAsync();
  private final CallOptions batch = Forebay.request().priority(Priority.BATCH);

  @AfterEach
  void close() {
    blocking.close();
    async.close();
    forebay.close();
  }

  @Test
  void holdForEachKindOfCallOfTheThread() throws Exception {
    batch.during(
        () -> {
          blocking.converse(hello(MODEL));
          async.converse(hello(MODEL)).join();
          async
              .converseStream(
                  r -> r.modelId(MODEL).messages(says("Hello")),
                  ConverseStreamResponseHandler.builder().subscriber(event -> {}).build())
              .join();
          forebay.call(MODEL, target -> "done");
          return forebay.callAsync(MODEL, target -> CompletableFuture.completedFuture(1)).join();
        });
    assertThat(priorities).hasSize(5).containsOnly(Priority.BATCH);
    priorities.clear();
    blocking.converse(hello(MODEL));
    assertThat(priorities).containsExactly(Priority.STANDARD);
  }

  @Test
  void aCallsOwnOptionsAndAScopeWithinComeFirst() {
    ConverseRequest urgent =
        hello(MODEL).toBuilder()
            .overrideConfiguration(Forebay.request().priority(Priority.INTERACTIVE))
            .build();
    batch.during(
        () -> {
          blocking.converse(urgent);
          return Forebay.request()
              .priority(Priority.INTERACTIVE)
              .during(() -> blocking.converse(hello(MODEL)));
        });
    assertThat(priorities).hasSize(2).containsOnly(Priority.INTERACTIVE);
  }

  @Test
  void aDeadlineCountsForAllCallsTogether() {
    bedrock.faults("[{\"hang\":{}}]");
    CallOptions soon = Forebay.request().deadline(Duration.ofMillis(300));
    ConverseRequest patient =
        hello(MODEL).toBuilder()
            .overrideConfiguration(Forebay.request().deadline(Duration.ofSeconds(7)))
            .build();
    soon.during(
        () -> {
          assertThatThrownBy(() -> blocking.converse(patient))
              .isInstanceOf(ModelTimeoutException.class);
          int attempts = bedrock.emulator().stats().recent().size();
          // Nothing is left for the second one, so it is not even tried.
          assertThatThrownBy(() -> blocking.converse(hello(MODEL)))
              .isInstanceOf(ModelTimeoutException.class);
          assertThat(bedrock.emulator().stats().recent()).hasSize(attempts);
          return Forebay.request()
              .deadline(Duration.ofSeconds(7))
              .during(
                  () -> {
                    assertThatThrownBy(() -> blocking.converse(patient))
                        .isInstanceOf(ModelTimeoutException.class);
                    return "over";
                  });
        });
  }

  @Test
  void anActionThatThrowsEndsItsScope() {
    assertThatThrownBy(
            () ->
                batch.during(
                    () -> {
                      throw new IOException("of the action");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("of the action");
    assertThat(OptionsScope.current()).isNull();
  }
}
