package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/** A program's reader of a stream that throws an Error: its future fails, and nothing is held. */
@Timeout(60)
class OddReadersTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  private static void failIf(boolean here) {
    if (here) {
      throw new AssertionError("odd");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"response", "first event", "last event", "end"})
  void itsFutureFails(String at) {
    try (Forebay forebay = bedrock.route().and().build();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      CompletableFuture<Void> call =
          client.converseStream(
              r -> r.modelId(MODEL).messages(says("Hello")),
              ConverseStreamResponseHandler.builder()
                  .onResponse(head -> failIf(at.equals("response")))
                  .subscriber(() -> new FailingSubscriber(at))
                  .build());
      assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
          .rootCause()
          .isInstanceOf(AssertionError.class)
          .hasMessage("odd");
      await().until(() -> forebay.callsUnderWay() == 0);
      assertThat(forebay.bytesHeld()).isZero();
    }
  }

  /** Not the SDK's own, which takes an Error for a cancellation. */
  private static final class FailingSubscriber implements Subscriber<ConverseStreamOutput> {
    private final String failsAt;
    private boolean begun;

    FailingSubscriber(String failsAt) {
      this.failsAt = failsAt;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ConverseStreamOutput event) {
      failIf(!begun && failsAt.equals("first event"));
      begun = true;
      failIf(event instanceof ConverseStreamMetadataEvent && failsAt.equals("last event"));
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onComplete() {
      failIf(failsAt.equals("end"));
    }
  }
}
