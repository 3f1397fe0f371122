package dev.forebay.client;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.http.Refusals;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;

/**
 * The answer of a call for the SDK's handler of answers: a stream of which no more is read than its
 * subscriber asks for. The call ends before the subscriber gets the last bytes, so that its place
 * is free for the program's next call. All but its subscription's methods belongs to the loop.
 */
final class AsyncSink implements ResponseSink, Publisher<ByteBuffer> {
  private static final Logger log = LoggerFactory.getLogger(AsyncSink.class);

  /** Some dozen frames: enough that target and subscriber need not go in step. */
  private static final long FULL = 256 * 1024;

  /** Bytes of an answer, and what to run before the subscriber gets them. */
  private record Piece(ByteBuffer bytes, Runnable taken) {}

  private final SdkAsyncHttpResponseHandler handler;
  private final CompletableFuture<Void> result;
  private final CallLoop loop;
  private final Queue<Piece> pieces = new ArrayDeque<>();

  private Runnable gone = AsyncSink::nothing;
  private Runnable drained = AsyncSink::nothing;
  private @Nullable Subscriber<? super ByteBuffer> subscriber;
  private boolean begun;

  /** The engine has given all. */
  private boolean ended;

  /** Nothing more is handed over. */
  private boolean over;

  /** Nor is it while an error is about to end the call. */
  private boolean failing;

  private boolean emitting;
  private long queued;
  private long demand;

  /**
   * An answer that has not come.
   *
   * @param result completes when the handler has all
   */
  AsyncSink(SdkAsyncHttpResponseHandler handler, CompletableFuture<Void> result, CallLoop loop) {
    this.handler = handler;
    this.result = result;
    this.loop = loop;
  }

  private static void nothing() {}

  /** The caller wants no more of the answer. */
  void leave(Throwable why) {
    if (over) {
      return;
    }
    over = true;
    pieces.forEach(piece -> piece.taken.run());
    pieces.clear();
    if (!ended) {
      gone.run();
    }
    result.completeExceptionally(why);
  }

  /**
   * Ends the call with an error, though its engine goes on, which finds its caller gone. What it
   * has given already is only to be read.
   */
  void abandon(ErrorInfo error) {
    if (over || ended) {
      return;
    }
    if (begun) {
      fail(new IOException(error.message()));
      return;
    }
    try {
      gone.run();
    } finally {
      whole(Refusals.reply(error, Duration.ZERO), null, AsyncSink::nothing);
    }
  }

  /** The SDK's own code and the program's: whatever it throws ends this call alone. */
  private void hand(Runnable over) {
    try {
      over.run();
    } catch (Exception | Error e) {
      failing = true;
      // After the event in which the engine hands over: it does not expect its caller to go amid.
      loop.enter(() -> fail(e));
    }
  }

  /** Ends the call with an error. The SDK's future learns of it by its handler alone. */
  private void fail(Throwable why) {
    if (over) {
      return;
    }
    leave(why);
    Subscriber<? super ByteBuffer> to = subscriber;
    if (to != null) {
      report(why, to::onError);
    }
    report(why, handler::onError);
  }

  private static void report(Throwable why, Consumer<Throwable> to) {
    try {
      to.accept(why);
    } catch (Exception | Error e) {
      log.debug("A reader of an answer failed at the error that ends it", e);
    }
  }

  @Override
  public void whenGone(Runnable action) {
    gone = action;
    if (over && !ended) {
      action.run();
    }
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public void whole(Reply reply, @Nullable Source source, Runnable sent) {
    if (over) {
      sent.run();
      return;
    }
    addLast(ByteBuffer.wrap(reply.body()), sent);
    hand(
        () -> {
          handler.onHeaders(Replies.head(reply.status(), reply.headers(), reply.body().length));
          handler.onStream(this);
        });
  }

  private void addLast(ByteBuffer last, Runnable sent) {
    ended = true;
    if (last.hasRemaining()) {
      queued += last.remaining();
      pieces.add(new Piece(last, sent));
    } else {
      sent.run();
    }
  }

  @Override
  public void begin(Headers headers, Source source) {
    begun = true;
    if (!over) {
      hand(
          () -> {
            handler.onHeaders(Replies.head(200, headers, Replies.UNKNOWN_LENGTH));
            handler.onStream(this);
          });
    }
  }

  @Override
  public boolean write(ByteBuffer frames, Runnable taken) {
    if (over) {
      taken.run();
      return false;
    }
    queued += frames.remaining();
    pieces.add(new Piece(frames, taken));
    emit();
    return isFull();
  }

  @Override
  public boolean isFull() {
    return queued >= FULL;
  }

  @Override
  public void whenDrained(Runnable action) {
    drained = action;
    drainIfRoom();
  }

  private void drainIfRoom() {
    if (!over && !isFull()) {
      Runnable action = drained;
      drained = AsyncSink::nothing;
      action.run();
    }
  }

  @Override
  public void end(ByteBuffer last, boolean complete, Runnable sent) {
    if (over) {
      sent.run();
      return;
    }
    addLast(last, sent);
    emit();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> own) {
    own.onSubscribe(
        new Subscription() {
          @Override
          public void request(long count) {
            loop.enter(() -> wanted(count));
          }

          @Override
          public void cancel() {
            loop.enter(
                () -> leave(new CancellationException("The answer's subscriber cancelled it.")));
          }
        });
    loop.enter(
        () -> {
          subscriber = own;
          emit();
        });
  }

  private void wanted(long count) {
    if (over) {
      return;
    }
    if (count <= 0) {
      Subscriber<? super ByteBuffer> to = subscriber;
      IllegalArgumentException error =
          new IllegalArgumentException("request(n) needs a positive n, not " + count);
      leave(error);
      if (to != null) {
        to.onError(error);
      }
      return;
    }
    demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
    emit();
  }

  private void emit() {
    Subscriber<? super ByteBuffer> to = subscriber;
    if (to == null || emitting) {
      return;
    }
    emitting = true;
    try {
      while (!over && !failing && demand > 0 && !pieces.isEmpty()) {
        Piece piece = pieces.remove();
        demand--;
        queued -= piece.bytes.remaining();
        try {
          piece.taken.run();
        } finally {
          hand(() -> to.onNext(piece.bytes));
        }
      }
    } finally {
      emitting = false;
    }
    if (!over && !failing && ended && pieces.isEmpty()) {
      hand(to::onComplete);
      if (!failing) {
        over = true;
        result.complete(null);
      }
    } else {
      drainIfRoom();
    }
  }
}
