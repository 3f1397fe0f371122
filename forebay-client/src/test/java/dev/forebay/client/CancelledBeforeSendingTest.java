package dev.forebay.client;

import static dev.forebay.client.EmulatedBedrock.MODEL;
import static dev.forebay.client.EmulatedBedrock.hello;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;

/**
 * A call that ends when its request has a connection and is not written yet. Netty's client misses
 * that, and closes the connection only if the request's body fails.
 */
class CancelledBeforeSendingTest {
  @RegisterExtension static final EmulatedBedrock bedrock = new EmulatedBedrock();

  /** A client that has a connection and has not sent anything. */
  private static final class Slow implements SdkAsyncHttpClient {
    private final AtomicReference<@Nullable AsyncExecuteRequest> begun = new AtomicReference<>();

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
      begun.set(request);
      return new CompletableFuture<>();
    }

    CompletableFuture<List<ByteBuffer>> write() {
      return read(Objects.requireNonNull(begun.get()).requestContentPublisher());
    }

    @Override
    public void close() {}
  }

  @Test
  void theBodyOfARequestThatIsNoLongerWantedFails() {
    Slow slow = new Slow();
    try (Forebay forebay = bedrock.route().and().asyncHttpClient(slow).build();
        BedrockRuntimeAsyncClient client = forebay.bedrockRuntimeAsync()) {
      CompletableFuture<ConverseResponse> call = client.converse(hello(MODEL));
      await().until(() -> slow.begun.get() != null);
      call.cancel(true);
      await().until(() -> forebay.callsUnderWay() == 0);
      CompletableFuture<List<ByteBuffer>> body = slow.write();
      assertThatThrownBy(body::join).isInstanceOf(CancellationException.class);
    }
  }

  private static CompletableFuture<List<ByteBuffer>> read(Publisher<ByteBuffer> content) {
    CompletableFuture<List<ByteBuffer>> all = new CompletableFuture<>();
    List<ByteBuffer> pieces = new ArrayList<>();
    content.subscribe(
        new Subscriber<>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscription.request(1);
          }

          @Override
          public void onNext(ByteBuffer piece) {
            pieces.add(piece);
          }

          @Override
          public void onError(Throwable failure) {
            all.completeExceptionally(failure);
          }

          @Override
          public void onComplete() {
            all.complete(pieces);
          }
        });
    return all;
  }
}
