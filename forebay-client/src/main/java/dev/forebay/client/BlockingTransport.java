package dev.forebay.client;

import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Sends requests by a client that blocks: the caller's own thread waits for the answer and reads
 * it. Made for one call; the client is shared.
 */
final class BlockingTransport implements Transport {
  /** What is read at once of an answer whose length is not known, or is greater. */
  private static final int PIECE = 16 * 1024;

  private final SdkHttpClient client;
  private final TargetAddress address;
  private final CallLoop loop;
  private final CallerThread caller;

  /**
   * A target's transport for one call.
   *
   * @param caller does what blocks
   */
  BlockingTransport(
      SdkHttpClient client, TargetAddress address, CallLoop loop, CallerThread caller) {
    this.client = client;
    this.address = address;
    this.loop = loop;
    this.caller = caller;
  }

  @Override
  public void send(Request request, Receiver receiver) {
    Exchange exchange = new Exchange(request, receiver);
    receiver.begins(exchange);
    caller.read(exchange::call);
  }

  @Override
  public void close() {
    // The client serves other calls.
  }

  /** One request. What is reported is reported on the loop; what blocks runs elsewhere. */
  private final class Exchange implements Control {
    private final Request request;
    private final Receiver receiver;

    /** Set on the loop, checked by the thread that reads. */
    private volatile boolean over;

    private volatile @Nullable ExecutableHttpRequest underWay;
    private volatile @Nullable InputStream body;

    /** What the head says is left to read; negative if it does not. For the thread that reads. */
    private long left;

    private final AtomicBoolean sent = new AtomicBoolean();

    /** No reading until {@link #resume}. Set on the loop, checked by the thread that reads. */
    private volatile boolean paused;

    /** The rest belongs to the loop: whether there is more to read, and what was read too early. */
    private boolean lying;

    private final Queue<Runnable> early = new ArrayDeque<>(0);

    Exchange(Request request, Receiver receiver) {
      this.request = request;
      this.receiver = receiver;
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        abort();
      }
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
      while (!paused && !over && !early.isEmpty()) {
        early.remove().run();
      }
      if (lying && !paused && !over) {
        lying = false;
        caller.read(this::readOn);
      }
    }

    /** Reports something of the body, now or when it is wanted. On the loop. */
    private void report(Runnable event) {
      if (paused) {
        early.add(event);
      } else if (!over) {
        event.run();
      }
    }

    /** Closes the connection, which wakes the thread that reads. */
    private void abort() {
      ExecutableHttpRequest known = underWay;
      if (known != null) {
        known.abort();
      }
      if (body instanceof AbortableInputStream open) {
        open.abort();
      }
    }

    /** Sends the request and reads its answer, as far as that is wanted. */
    void call() {
      boolean again = request.repeatable() && address.mayHaveDeadConnections();
      while (!over) {
        try {
          HttpExecuteResponse answer = attempt();
          address.answered();
          take(answer);
          return;
        } catch (Exception e) {
          // A program's own client may throw checked exceptions that it does not declare.
          if (again && sent.get() && ConnectionFaults.isDeadConnection(e)) {
            again = false;
          } else {
            fail(e);
            return;
          }
        } catch (Error e) {
          loop.enter(() -> defect(e));
          return;
        }
      }
    }

    private HttpExecuteResponse attempt() throws IOException {
      HttpExecuteRequest.Builder execution =
          HttpExecuteRequest.builder().request(address.request(request));
      if (request.body().length > 0) {
        ContentStreamProvider content = ContentStreamProvider.fromByteArrayUnsafe(request.body());
        execution.contentStreamProvider(
            () -> {
              goesOut();
              return content.newStream();
            });
      }
      ExecutableHttpRequest call = client.prepareRequest(execution.build());
      underWay = call;
      if (over) {
        call.abort();
      }
      return call.call();
    }

    /** The client asks for the body once it has a connection. */
    private void goesOut() {
      if (sent.compareAndSet(false, true)) {
        loop.enter(
            () -> {
              if (!over) {
                receiver.sent();
              }
            });
        caller.passOn();
      }
    }

    private void take(HttpExecuteResponse answer) {
      goesOut();
      body = answer.responseBody().orElse(null);
      if (over) {
        abort();
        return;
      }
      Head head = TargetAddress.head(answer.httpResponse());
      left = TargetAddress.length(head.headers().get(Headers.CONTENT_LENGTH));
      loop.enter(
          () -> {
            if (!over) {
              receiver.head(head);
            }
          });
      caller.passOn();
      readOn();
    }

    /** Reads until the end, or until no more is wanted for now. */
    private void readOn() {
      InputStream in = body;
      try {
        while (!over) {
          if (paused) {
            loop.enter(this::layDown);
            return;
          }
          byte[] piece = new byte[room()];
          int length = in == null ? -1 : in.read(piece);
          if (length < 0) {
            if (in != null) {
              in.close();
            }
            loop.enter(() -> report(this::end));
            return;
          }
          if (length > 0) {
            left -= length;
            ByteBuffer bytes = ByteBuffer.wrap(piece, 0, length);
            loop.enter(() -> report(() -> receiver.piece(bytes)));
          }
          if (over || !caller.goesOn(this::readOn)) {
            return;
          }
        }
      } catch (Exception e) {
        fail(e);
      } catch (Error e) {
        loop.enter(() -> defect(e));
      }
    }

    /** As much as is left, and at the end one byte more, by which the client finds the end. */
    private int room() {
      return left < 0 ? PIECE : Math.clamp(left, 1, PIECE);
    }

    /** The rest waits for {@link #resume}, which may have come meanwhile. */
    private void layDown() {
      if (paused) {
        lying = true;
      } else if (!over) {
        caller.read(this::readOn);
      }
    }

    private void end() {
      over = true;
      receiver.end();
    }

    private void fail(Exception cause) {
      if (Thread.currentThread().isInterrupted()) {
        // Not the target's fault: the caller leaves, which ends the call.
        return;
      }
      loop.enter(
          () ->
              report(
                  () -> {
                    over = true;
                    abort();
                    receiver.failed(ConnectionFaults.failure(cause, sent.get()));
                  }));
    }

    private void defect(Error cause) {
      if (!over) {
        over = true;
        abort();
        receiver.defect(cause);
      }
    }
  }
}
