package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** What the caller's thread reads for its call. */
class BlockingTransportTest {
  private final CallerThread caller =
      new CallerThread(
          action -> {
            throw new AssertionError("the thread is here");
          });
  private final CallLoop loop =
      new CallLoop(
          new ManualTimers(),
          new SplittableRandom(1),
          caller,
          (target, own) -> {
            throw new AssertionError("no transport");
          });

  @Test
  void anAnswerThatIsNotWantedAnyMoreLeavesNoWork() throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    Transport transport =
        new BlockingTransport(
            new TwoPieces(), new TargetAddress(URI.create("http://127.0.0.1:1")), loop, caller);
    caller.arrive();
    loop.enter(
        () ->
            transport.send(
                new Transport.Request("POST", "/x", new Headers(), new byte[0], false),
                new CancelsAtTheFirstPiece(cancelled)));
    caller.runUntil(cancelled::get);

    // What comes next is the thread's own work: nothing old is before it.
    AtomicReference<@Nullable Thread> by = new AtomicReference<>();
    caller.read(
        () -> {
          by.set(Thread.currentThread());
          caller.wake();
        });
    caller.runUntil(() -> by.get() != null);
    caller.leave();
    assertThat(by.get()).isEqualTo(Thread.currentThread());
  }

  private record CancelsAtTheFirstPiece(
      AtomicBoolean cancelled, AtomicReference<Transport.Control> control)
      implements Transport.Receiver {
    CancelsAtTheFirstPiece(AtomicBoolean cancelled) {
      this(cancelled, new AtomicReference<>());
    }

    @Override
    public void begins(Transport.Control begun) {
      control.set(begun);
    }

    @Override
    public void sent() {}

    @Override
    public void head(Transport.Head head) {}

    @Override
    public void piece(ByteBuffer bytes) {
      Objects.requireNonNull(control.get()).cancel();
      cancelled.set(true);
    }

    @Override
    public void end() {
      throw new AssertionError("it was cancelled");
    }

    @Override
    public void failed(Transport.Failure failure) {
      throw new AssertionError(failure.reason());
    }

    @Override
    public void defect(Throwable cause) {
      throw new AssertionError(cause);
    }
  }

  /** Answers with more than is read at once. */
  private record TwoPieces() implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(new byte[40_000])))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }
}
