package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/** What the caller's thread reads for its call. */
@Timeout(30)
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

  /**
   * As when its timer rings just then: the thread runs that event, and goes on with this attempt.
   */
  @ParameterizedTest
  @ValueSource(strings = {"sent", "head"})
  void aHedgeThatBeginsMeanwhileDoesNotWaitForThisAttempt(String at) throws Exception {
    CountDownLatch hedged = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    Transport transport =
        new BlockingTransport(
            new WaitsFor(hedged),
            new TargetAddress(URI.create("http://127.0.0.1:1")),
            loop,
            caller);
    caller.arrive();
    loop.enter(
        () ->
            transport.send(
                new Transport.Request("POST", "/x", new Headers(), new byte[] {1}, false),
                new Hedges(at, () -> caller.read(hedged::countDown), ended)));
    caller.runUntil(ended::get);
    caller.leave();
    assertThat(hedged.getCount()).isZero();
  }

  /** Begins a hedge at an event. */
  private record Hedges(String at, Runnable hedge, AtomicBoolean ended)
      implements Transport.Receiver {
    @Override
    public void begins(Transport.Control begun) {}

    @Override
    public void sent() {
      on("sent");
    }

    @Override
    public void head(Transport.Head head) {
      on("head");
    }

    private void on(String event) {
      if (event.equals(at)) {
        hedge.run();
      }
    }

    @Override
    public void piece(ByteBuffer bytes) {}

    @Override
    public void end() {
      ended.set(true);
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

  /** Reads the request, and gives the whole answer only after that. */
  private record WaitsFor(CountDownLatch latch) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          request.contentStreamProvider().orElseThrow().newStream();
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .responseBody(
                  AbortableInputStream.create(
                      new InputStream() {
                        @Override
                        public int read() {
                          await(latch);
                          return -1;
                        }

                        @Override
                        public int read(byte[] into, int offset, int length) {
                          return read();
                        }
                      }))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("the hedge waits for this attempt");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
