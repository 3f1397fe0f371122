package dev.forebay.client;

import dev.forebay.engine.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;
import software.amazon.awssdk.http.async.SdkHttpContentPublisher;

/**
 * Sends requests by a client that does not block; the call runs on the threads by which that client
 * reports. Made for one call; the client is shared.
 */
final class StreamingTransport implements Transport {
  /** Pieces of a body that are asked for before they are wanted; each is 8 KB or so. */
  private static final int AHEAD = 8;

  private static final int LAST_STATUS = 599;

  private static final Subscription NO_BODY =
      new Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
      };

  private final SdkAsyncHttpClient client;
  private final TargetAddress address;
  private final CallLoop loop;

  StreamingTransport(SdkAsyncHttpClient client, TargetAddress address, CallLoop loop) {
    this.client = client;
    this.address = address;
    this.loop = loop;
  }

  @Override
  public void send(Request request, Receiver receiver) {
    Exchange exchange = new Exchange(request, receiver);
    receiver.begins(exchange);
    exchange.send();
  }

  @Override
  public void close() {
    // The client serves other calls.
  }

  /** One request. What is reported is reported on the loop, and the fields belong to it. */
  private final class Exchange implements Control {
    private final Request request;
    private final Receiver receiver;
    private boolean again;
    private boolean over;
    private boolean paused;
    private boolean sent;
    private boolean responded;
    private @Nullable Attempt attempt;

    /** What came although no more was wanted. */
    private final Queue<Runnable> early = new ArrayDeque<>(0);

    Exchange(Request request, Receiver receiver) {
      this.request = request;
      this.receiver = receiver;
      this.again = request.repeatable() && address.mayHaveDeadConnections();
    }

    void send() {
      Attempt next = new Attempt(this);
      attempt = next;
      AsyncExecuteRequest execution =
          AsyncExecuteRequest.builder()
              .request(address.request(request))
              .requestContentPublisher(
                  new Content(request.body(), () -> on(next, this::goesOut), next::isDropped))
              .responseHandler(next)
              .build();
      try {
        next.follow(client.execute(execution));
      } catch (Exception e) {
        // A program's own client may throw checked exceptions that it does not declare.
        next.onError(e);
      } catch (Error e) {
        on(next, () -> defect(e));
      }
    }

    /** Something that an attempt brings, unless another one has taken its place. */
    private void on(Attempt which, Runnable event) {
      loop.enter(
          () -> {
            if (!over && which.equals(attempt)) {
              event.run();
            }
          });
    }

    void onLoop(Runnable event) {
      loop.enter(event);
    }

    private void goesOut() {
      if (!sent) {
        sent = true;
        receiver.sent();
      }
    }

    private void head(SdkHttpResponse response) {
      goesOut();
      if (response.statusCode() > LAST_STATUS) {
        // Netty's way to say that the head cannot be read.
        fail(new IOException("the answer is no HTTP"));
        return;
      }
      responded = true;
      address.answered();
      receiver.head(TargetAddress.head(response));
    }

    /** Reports something of the body, now or when it is wanted. */
    private void report(Runnable event) {
      if (paused) {
        early.add(event);
      } else {
        event.run();
      }
    }

    private void piece(ByteBuffer bytes) {
      receiver.piece(bytes);
      if (!paused && !over && attempt != null) {
        attempt.wantMore();
      }
    }

    private void end() {
      over = true;
      receiver.end();
    }

    private void fail(Throwable cause) {
      if (again && sent && !responded && ConnectionFaults.isDeadConnection(cause)) {
        again = false;
        send();
        return;
      }
      over = true;
      drop();
      if (cause instanceof Error) {
        receiver.defect(cause);
      } else {
        receiver.failed(ConnectionFaults.failure(cause, sent));
      }
    }

    private void defect(Error cause) {
      over = true;
      receiver.defect(cause);
    }

    private void drop() {
      if (attempt != null) {
        attempt.drop();
      }
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        early.clear();
        drop();
      }
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      if (!paused) {
        return;
      }
      paused = false;
      while (!paused && !over && !early.isEmpty()) {
        early.remove().run();
      }
      if (!paused && !over && attempt != null) {
        attempt.wantMore();
      }
    }
  }

  /** One request on the wire: a second one may replace a first whose connection was dead. */
  private static final class Attempt
      implements SdkAsyncHttpResponseHandler, Subscriber<ByteBuffer> {
    private final Exchange exchange;

    /** These belong to the loop. */
    private @Nullable CompletableFuture<Void> future;

    private @Nullable Subscription subscription;

    /** Set on the loop, checked by the client's thread that is about to send. */
    private volatile boolean dropped;

    /** Pieces that were asked for and have not come. */
    private int wanted;

    Attempt(Exchange exchange) {
      this.exchange = exchange;
    }

    void follow(CompletableFuture<Void> result) {
      future = result;
      CompletableFuture<?> unused =
          result.whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  onError(
                      failure instanceof CompletionException && failure.getCause() != null
                          ? failure.getCause()
                          : failure);
                }
              });
      if (dropped) {
        drop();
      }
    }

    boolean isDropped() {
      return dropped;
    }

    /** Closes the connection, or lets none carry the request. */
    void drop() {
      dropped = true;
      if (subscription != null) {
        subscription.cancel();
      } else if (future != null) {
        future.cancel(true);
      }
    }

    /** Asks ahead: the client drops what it has not delivered when the connection breaks. */
    void wantMore() {
      if (wanted <= AHEAD / 2 && subscription != null) {
        int more = AHEAD - wanted;
        wanted = AHEAD;
        subscription.request(more);
      }
    }

    @Override
    public void onHeaders(SdkHttpResponse response) {
      exchange.on(this, () -> exchange.head(response));
    }

    @Override
    public void onStream(Publisher<ByteBuffer> stream) {
      stream.subscribe(this);
    }

    @Override
    public void onSubscribe(Subscription subscribed) {
      exchange.onLoop(
          () -> {
            subscription = subscribed;
            if (dropped || exchange.over) {
              subscribed.cancel();
            } else if (!exchange.paused) {
              wantMore();
            }
          });
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      exchange.on(
          this,
          () -> {
            wanted--;
            exchange.report(
                () -> {
                  if (bytes.hasRemaining()) {
                    exchange.piece(bytes);
                  } else {
                    wantMore();
                  }
                });
          });
    }

    @Override
    public void onError(Throwable failure) {
      exchange.on(this, () -> exchange.report(() -> exchange.fail(failure)));
    }

    @Override
    public void onComplete() {
      exchange.on(this, () -> exchange.report(exchange::end));
    }
  }

  /**
   * A request's body in one piece. A subscription means that there is a connection. Netty's client
   * misses a cancellation between its choice of a connection and that subscription: only a failing
   * body makes it close the connection, which it would keep until the target answers.
   */
  // Not compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Content(byte[] body, Runnable subscribed, BooleanSupplier isDropped)
      implements SdkHttpContentPublisher {
    @Override
    public Optional<Long> contentLength() {
      return Optional.of((long) body.length);
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
      if (isDropped.getAsBoolean()) {
        subscriber.onSubscribe(NO_BODY);
        subscriber.onError(new CancellationException("The request is no longer wanted."));
        return;
      }
      subscribed.run();
      new SingleChunkPublisher(body).subscribe(subscriber);
    }
  }
}
