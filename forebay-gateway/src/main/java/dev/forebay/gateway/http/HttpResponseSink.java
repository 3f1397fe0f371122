package dev.forebay.gateway.http;

import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import dev.forebay.gateway.loop.TimerWheel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The response to one HTTP request. What is large is written piece by piece, as the caller takes
 * it, since all that is written is copied once more on its way out. A caller that takes nothing for
 * the idle time while bytes wait for it, or for {@value #PRESSED_SECONDS} s while others wait for
 * the room of a large answer, is disconnected: its connection is closed, or on HTTP/2 its stream is
 * reset. Lives on the call's event loop.
 */
// What comes of a close is heard as the end of the connection.
@SuppressWarnings("FutureReturnValueIgnored")
public final class HttpResponseSink implements ResponseSink {
  /** As much as a connection queues before it says that it is full. */
  private static final int PIECE = 64 * 1024;

  /**
   * How long a caller may take nothing of a large answer while others wait for the room that it
   * holds: longer than TCP needs to send a lost packet again, shorter than their deadlines.
   */
  private static final int PRESSED_SECONDS = 2;

  private static final long PRESSED_NANOS = TimeUnit.SECONDS.toNanos(PRESSED_SECONDS);

  /** HTTP/2's CANCEL. */
  private static final long CANCEL = 8;

  /**
   * How long a caller may take nothing, and what there is to disconnect it.
   *
   * @param idle the longest pause
   */
  public record Patience(HttpServerRequest request, EventLoop loop, Supplier<Duration> idle) {}

  /** What is to be written when there is room. */
  private static final class Unwritten {
    private final Buffer bytes;
    private final Runnable taken;
    private int from;

    Unwritten(Buffer bytes, Runnable taken) {
      this.bytes = bytes;
      this.taken = taken;
    }
  }

  private final HttpServerResponse response;
  private final @Nullable Patience patience;
  private final Deque<Unwritten> unwritten = new ArrayDeque<>(0);
  private Runnable gone = HttpResponseSink::nothing;
  private Runnable drained = HttpResponseSink::nothing;
  private boolean watchesClose;
  private boolean listens;
  private boolean begun;
  private boolean over;

  /** Whether the end of the answer was asked for. */
  private boolean ending;

  /** Runs when it is out, or of no use any more. */
  private @Nullable Runnable sent;

  /** When the caller last took something, or began to be waited for. */
  private long takenNanos;

  private TimerWheel.@Nullable Limit limit;

  /** For a short answer, which ends with its connection. */
  HttpResponseSink(HttpServerResponse response) {
    this(response, null);
  }

  public HttpResponseSink(HttpServerResponse response, @Nullable Patience patience) {
    this.response = response;
    this.patience = patience;
  }

  @Override
  public void whenGone(Runnable action) {
    gone = action;
    watchesClose = true;
    response.closeHandler(closed -> left());
    response.exceptionHandler(broken -> left());
  }

  private void left() {
    if (!over) {
      stop();
      gone.run();
      for (Unwritten each = unwritten.poll(); each != null; each = unwritten.poll()) {
        each.taken.run();
      }
      complete();
    }
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public void whole(Reply reply, @Nullable Source source, Runnable done) {
    byte[] body = reply.body();
    VertxHeaders.add(reply.headers(), response.setStatusCode(reply.status()).headers());
    if (body.length > PIECE) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
    }
    end(Bytes.buffer(body), done);
  }

  @Override
  public void begin(Headers headers, Source source) {
    begun = true;
    VertxHeaders.add(headers, response.setStatusCode(200).setChunked(true).headers());
  }

  @Override
  public boolean write(ByteBuffer bytes, Runnable taken) {
    Buffer frames = Bytes.buffer(bytes);
    if (unwritten.isEmpty() && frames.length() <= PIECE) {
      response.write(frames).onComplete(done -> taken(done.cause(), taken));
    } else {
      unwritten.add(new Unwritten(frames, taken));
      writeOn();
    }
    boolean full = isFull();
    if (full) {
      watch();
    }
    return full;
  }

  @Override
  public boolean isFull() {
    return !unwritten.isEmpty() || response.writeQueueFull();
  }

  @Override
  public void whenDrained(Runnable action) {
    drained = action;
    listen();
  }

  @Override
  public void end(ByteBuffer last, boolean complete, Runnable done) {
    end(Bytes.buffer(last), done);
  }

  private void end(Buffer last, Runnable done) {
    ending = true;
    sent = done;
    if (unwritten.isEmpty() && last.length() <= PIECE) {
      endNow(last);
    } else {
      if (!watchesClose) {
        whenGone(HttpResponseSink::nothing);
      }
      unwritten.add(new Unwritten(last, HttpResponseSink::nothing));
      writeOn();
    }
    if (sent != null) {
      watch();
    }
  }

  /** Writes as much as the connection takes, and the rest when it takes more. */
  private void writeOn() {
    for (Unwritten next = unwritten.peek(); next != null && !over; next = unwritten.peek()) {
      if (response.writeQueueFull()) {
        listen();
        return;
      }
      int to = Math.min(next.from + PIECE, next.bytes.length());
      Buffer piece = next.bytes.slice(next.from, to);
      next.from = to;
      boolean isLast = to == next.bytes.length();
      if (isLast) {
        unwritten.remove();
      }
      if (isLast && ending && unwritten.isEmpty()) {
        endNow(piece);
      } else {
        Runnable taken = isLast ? next.taken : HttpResponseSink::nothing;
        response.write(piece).onComplete(done -> taken(done.cause(), taken));
      }
    }
  }

  private void endNow(Buffer last) {
    (last.length() == 0 ? response.end() : response.end(last))
        .onFailure(OutOfMemoryExit::check)
        .onComplete(done -> complete());
  }

  private void complete() {
    Runnable done = sent;
    sent = null;
    if (done != null) {
      stop();
      done.run();
    }
  }

  private void taken(@Nullable Throwable failure, Runnable action) {
    if (failure != null) {
      OutOfMemoryExit.check(failure);
    }
    takenNanos = now();
    action.run();
  }

  private void listen() {
    if (!listens) {
      listens = true;
      response.drainHandler(free -> drained());
    }
  }

  private void drained() {
    takenNanos = now();
    writeOn();
    if (!over && !ending && !isFull()) {
      drained.run();
    }
  }

  /** Something waits for the caller to take it. */
  private void watch() {
    if (patience != null && limit == null && !over) {
      takenNanos = now();
      arm(patience, patience.idle().get().toNanos());
    }
  }

  private void arm(Patience own, long idleLeft) {
    long nanos = Math.min(idleLeft, PRESSED_NANOS);
    limit =
        own.loop().timers().after(own.loop().ticker().timerMillis(nanos), () -> checkPatience(own));
  }

  private void checkPatience(Patience own) {
    limit = null;
    if (over || (!ending && !isFull())) {
      return;
    }
    long idle = own.idle().get().toNanos();
    boolean pressed = own.loop().memory().isAwaited() && holdsMuch();
    long left = takenNanos + (pressed ? Math.min(idle, PRESSED_NANOS) : idle) - now();
    if (left > 0) {
      arm(own, left);
    } else {
      own.loop().callerIdle();
      disconnect(own.request());
      left();
    }
  }

  private boolean holdsMuch() {
    long bytes = 0;
    for (Unwritten each : unwritten) {
      bytes += each.bytes.length();
    }
    return bytes > MemoryBudget.SMALL_BODY;
  }

  private void disconnect(HttpServerRequest request) {
    if (request.connection().protocolVersion() == HttpVersion.HTTP_2) {
      response.reset(CANCEL);
    } else {
      Channel channel =
          ((HttpServerConnection) request.connection()).channelHandlerContext().channel();
      // An orderly close, as the server's own handler makes of any, would wait for what the caller
      // does not take, here and in the system, and keep it in memory.
      if (channel.isOpen()) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.unsafe().close(channel.voidPromise());
      }
    }
  }

  private void stop() {
    over = true;
    if (limit != null) {
      limit.cancel();
      limit = null;
    }
  }

  private long now() {
    return patience == null ? 0 : patience.loop().ticker().nanos();
  }

  private static void nothing() {}
}
