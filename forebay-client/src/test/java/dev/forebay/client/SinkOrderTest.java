package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;

/** A caller that has the end of its answer finds that its call has ended. */
class SinkOrderTest {
  private static final byte[] BODY = {1, 2, 3};

  private final ManualTimers clock = new ManualTimers();
  private final Queue<Runnable> elsewhere = new ArrayDeque<>();
  private final CallerThread caller = new CallerThread(elsewhere::add);
  private final CallLoop loop =
      new CallLoop(
          clock,
          new SplittableRandom(1),
          elsewhere::add,
          (target, own) -> {
            throw new AssertionError("no transport");
          });
  private final BlockingSink blocking = new BlockingSink(loop, caller, new Interrupts(clock));
  private final Handler handler = new Handler();
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private final AsyncSink async = new AsyncSink(handler, result, loop);

  /** What the caller saw when its call ended, once for each end. */
  private final List<Object> seenAtEnd = new ArrayList<>();

  private Runnable sees(Supplier<Object> what) {
    return () -> seenAtEnd.add(what.get());
  }

  private static Reply reply(byte[] body) {
    return new Reply(200, new Headers(), body);
  }

  private static ByteBuffer bytes() {
    return ByteBuffer.wrap(BODY);
  }

  private static ByteBuffer nothing() {
    return ByteBuffer.allocate(0);
  }

  @Test
  void aThreadSeesNoAnswerBeforeItsCallHasEnded() throws Exception {
    loop.enter(() -> blocking.whole(reply(BODY), null, sees(blocking::isReady)));
    assertThat(seenAtEnd).containsExactly(false);
    assertThat(blocking.isReady()).isTrue();
    assertThat(blocking.head().body()).isEqualTo(BODY);
  }

  @Test
  void aDefectAtTheEndOfACallDoesNotKeepItsThread() {
    loop.enter(
        () ->
            blocking.whole(
                reply(BODY),
                null,
                () -> {
                  throw new IllegalStateException("for the log");
                }));
    assertThat(blocking.isReady()).isTrue();
  }

  @Test
  void aThreadSeesNoAbortBeforeItsCallHasEnded() {
    loop.enter(() -> blocking.whenGone(sees(blocking::isReady)));
    loop.enter(() -> blocking.leave("aborted"));
    assertThat(seenAtEnd).containsExactly(false);
    assertThatThrownBy(blocking::head).hasRootCauseMessage("aborted");
  }

  @Test
  void aThreadGetsTheLastBytesOfAStreamAfterItsCallHasEnded() throws Exception {
    loop.enter(() -> blocking.begin(new Headers(), Source.PRIMARY));
    loop.enter(() -> blocking.write(bytes(), sees(() -> "first")));
    loop.enter(() -> blocking.end(bytes(), true, sees(() -> "last")));
    assertThat(blocking.next()).isEqualTo(bytes());
    assertThat(seenAtEnd).containsExactly("first");
    assertThat(blocking.next()).isEqualTo(bytes());
    assertThat(seenAtEnd).containsExactly("first", "last");
    assertThat(blocking.next()).isNull();
  }

  /** The call belongs to its loop, which another thread may run just then. */
  @Test
  void aThreadWaitsForTheLoopToEndItsCall() throws Exception {
    loop.enter(() -> blocking.begin(new Headers(), Source.PRIMARY));
    loop.enter(() -> blocking.end(bytes(), true, sees(() -> "last")));
    CompletableFuture<ByteBuffer> read = new CompletableFuture<>();
    CompletableFuture<Void> ready = new CompletableFuture<>();
    AtomicBoolean tooEarly = new AtomicBoolean();
    BlockingSink own = blocking;
    loop.enter(
        () -> {
          Thread.ofPlatform()
              .start(
                  () -> {
                    ready.complete(null);
                    try {
                      read.complete(own.next());
                    } catch (IOException | InterruptedException e) {
                      read.completeExceptionally(e);
                    }
                  });
          ready.join();
          tooEarly.set(read.isDone());
        });
    assertThat(read.join()).isEqualTo(bytes());
    assertThat(tooEarly).isFalse();
    assertThat(seenAtEnd).containsExactly("last");
  }

  /** The engine is done with it; what was not read is held no more. */
  @Test
  void aStreamThatIsClosedBeforeItsLastBytesEndsItsCall() throws Exception {
    ResponseStream stream = new ResponseStream(blocking, loop);
    loop.enter(() -> blocking.begin(new Headers(), Source.PRIMARY));
    loop.enter(() -> blocking.write(bytes(), sees(() -> "first")));
    loop.enter(() -> blocking.end(bytes(), true, sees(() -> "last")));
    stream.close();
    assertThat(seenAtEnd).containsExactly("first", "last");
    assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
  }

  @Test
  void aSubscriberGetsNoAnswerBeforeItsCallHasEnded() {
    loop.enter(() -> async.whole(reply(BODY), null, sees(() -> List.copyOf(handler.saw))));
    assertThat(seenAtEnd).containsExactly(List.of("head"));
    assertThat(handler.saw).containsExactly("head", "bytes", "end");
    assertThat(result).isCompleted();
  }

  @Test
  void anEmptyAnswerEndsItsCallBeforeItsHeadIsSeen() {
    loop.enter(() -> async.whole(reply(new byte[0]), null, sees(() -> List.copyOf(handler.saw))));
    assertThat(seenAtEnd).containsExactly(List.of());
    assertThat(handler.saw).containsExactly("head", "end");
    assertThat(result).isCompleted();
  }

  @Test
  void aSubscriberGetsTheLastBytesOfAStreamAfterItsCallHasEnded() {
    loop.enter(() -> async.begin(new Headers(), Source.PRIMARY));
    loop.enter(() -> async.end(bytes(), true, sees(() -> List.copyOf(handler.saw))));
    assertThat(seenAtEnd).containsExactly(List.of("head"));
    assertThat(handler.saw).containsExactly("head", "bytes", "end");
  }

  @Test
  void aSubscriberSeesTheEndOfAStreamAfterItsCallHasEnded() {
    loop.enter(() -> async.begin(new Headers(), Source.PRIMARY));
    loop.enter(() -> async.write(bytes(), () -> {}));
    loop.enter(() -> async.end(nothing(), true, sees(() -> List.copyOf(handler.saw))));
    assertThat(seenAtEnd).containsExactly(List.of("head", "bytes"));
    assertThat(handler.saw).containsExactly("head", "bytes", "end");
  }

  @Test
  void anAnswerThatAHandlerRefusesEndsItsCall() {
    handler.refuses = true;
    loop.enter(() -> async.whole(reply(BODY), null, sees(result::isDone)));
    assertThat(seenAtEnd).containsExactly(false);
    assertThat(result).isCompletedExceptionally();
    assertThat(handler.failure).as("the SDK's future ends by it").hasMessage("refused");
  }

  /** An Error too, wherever the SDK's code or the program's throws it. */
  @ParameterizedTest
  @CsvSource({
    "head, true",
    "head, false",
    "stream, true",
    "stream, false",
    "bytes, true",
    "bytes, false",
    "end, true",
    "end, false"
  })
  void aReaderThatFailsEndsItsCall(String at, boolean whole) {
    handler.failsAt = at;
    List<String> released = new ArrayList<>();
    if (whole) {
      loop.enter(() -> async.whole(reply(BODY), null, () -> released.add("last")));
    } else {
      loop.enter(() -> async.whenGone(() -> released.add("gone")));
      loop.enter(() -> async.begin(new Headers(), Source.PRIMARY));
      loop.enter(() -> async.write(bytes(), () -> released.add("first")));
      loop.enter(() -> async.end(bytes(), true, () -> released.add("last")));
    }
    assertThat(result).isCompletedExceptionally();
    assertThat(handler.failure).isInstanceOf(AssertionError.class);
    assertThat(released).contains("last").doesNotHaveDuplicates();
    assertThat(released).hasSize(whole ? 1 : at.equals("end") ? 2 : 3);
  }

  @Test
  void anAnswerThatIsNeverAskedForEndsItsCallWhenItsCallerLeaves() {
    handler.asks = false;
    loop.enter(() -> async.whole(reply(BODY), null, sees(result::isDone)));
    assertThat(seenAtEnd).isEmpty();
    loop.enter(() -> async.leave(new IOException("left")));
    assertThat(seenAtEnd).containsExactly(false);
    assertThat(handler.saw).containsExactly("head");
  }

  /** Takes all that comes, as the SDK does. */
  private static final class Handler
      implements SdkAsyncHttpResponseHandler, Subscriber<ByteBuffer> {
    private final List<String> saw = new ArrayList<>();
    private boolean refuses;
    private String failsAt = "";
    private boolean asks = true;
    private @Nullable Throwable failure;

    @Override
    public void onHeaders(SdkHttpResponse headers) {
      if (refuses) {
        throw new IllegalStateException("refused");
      }
      saw("head");
    }

    private void saw(String what) {
      if (what.equals(failsAt)) {
        throw new AssertionError("odd");
      }
      saw.add(what);
    }

    @Override
    public void onStream(Publisher<ByteBuffer> stream) {
      if (failsAt.equals("stream")) {
        throw new AssertionError("odd");
      }
      stream.subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      if (asks) {
        subscription.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      saw("bytes");
    }

    @Override
    public void onComplete() {
      saw("end");
    }

    @Override
    public void onError(Throwable thrown) {
      failure = Objects.requireNonNull(thrown);
      saw.add("failed " + failure);
    }
  }
}
