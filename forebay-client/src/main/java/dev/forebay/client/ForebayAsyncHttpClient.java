package dev.forebay.client;

import dev.forebay.config.TargetConfig;
import dev.forebay.core.ErrorInfo;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * The HTTP client under the SDK's asynchronous clients: each request is a call of the engine, which
 * runs on the threads that bring its events.
 */
final class ForebayAsyncHttpClient implements SdkAsyncHttpClient {
  private final CallStarter starter;

  ForebayAsyncHttpClient(CallStarter starter) {
    this.starter = starter;
  }

  @Override
  public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
    CallLoop loop =
        new CallLoop(
            starter.timers(),
            starter.random(),
            starter.events(),
            (target, own) -> {
              HttpClients.Connections<SdkAsyncHttpClient> to = starter.clients().async(target);
              return new StreamingTransport(to.client(), to.address(), (CallLoop) own);
            });
    CompletableFuture<Void> result = new CompletableFuture<>();
    AsyncSink sink = new AsyncSink(request.responseHandler(), result, loop);
    CompletableFuture<?> unused =
        result.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                loop.enter(() -> sink.leave(failure));
              }
            });
    // What comes later may come by other threads.
    OptionsScope scope = OptionsScope.current();
    Consumer<byte[]> start =
        body ->
            loop.enter(
                () -> {
                  if (!result.isDone()) {
                    IncomingCall call = IncomingCall.of(request.request(), body, scope);
                    starter.start(call, loop, sink, callerSide(loop, sink));
                  }
                });
    if (request.fullDuplex()) {
      // Such a body ends with the answer. The path alone identifies the call, which is refused.
      start.accept(new byte[0]);
    } else {
      request.requestContentPublisher().subscribe(new Body(start, result));
    }
    return result;
  }

  private CallStarter.CallerSide callerSide(CallLoop loop, AsyncSink sink) {
    return new CallStarter.CallerSide() {
      @Override
      public void outlivesCaller() {
        // No thread waits.
      }

      @Override
      public void abandon(ErrorInfo error) {
        loop.execute(() -> sink.abandon(error));
      }

      @Override
      public void mayAsk(String route, Supplier<? extends Collection<TargetConfig>> targets) {
        starter.clients().prepareAsync(route, targets);
      }
    };
  }

  @Override
  public String clientName() {
    return "Forebay";
  }

  @Override
  public void close() {
    // Other clients may use it too: Forebay itself is to be closed.
  }

  /** Takes a whole request: the engine may have to send it several times. */
  private static final class Body implements Subscriber<ByteBuffer> {
    private final Consumer<byte[]> whole;
    private final CompletableFuture<Void> result;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Body(Consumer<byte[]> whole, CompletableFuture<Void> result) {
      this.whole = whole;
      this.result = result;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      bytes.writeBytes(copy);
    }

    @Override
    public void onError(Throwable failure) {
      result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      whole.accept(bytes.toByteArray());
    }
  }
}
