package dev.forebay.gateway.call;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.bedrock.Errors;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.translate.Ping;
import dev.forebay.core.Step.Source;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.HttpResponseSink;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.http.ResponseSink;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.WallClock;
import dev.forebay.gateway.upstream.RouteTable;
import dev.forebay.gateway.upstream.UpstreamAttempt;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The response to a streaming request in Claude's form, which gets a ping whenever nothing was sent
 * for a while: clients and proxies give up connections that are silent for long.
 *
 * <p>A ping before the answer has begun sends the head, with status 200 and without {@code
 * x-forebay-*}, as nothing of the answer is known. It is no content: another target may still take
 * over. An error after that comes as an exception event. Lives on the call's event loop.
 */
public final class KeepAliveSink implements ResponseSink {
  private static final Buffer PING = Buffer.buffer(Ping.frame());
  private static final String MESSAGES_VERSION = "\"anthropic_version\"";

  private final HttpResponseSink sink;
  private final EventLoop loop;
  private final long everyNanos;
  private long timer = -1;
  private long lastNanos;
  private boolean headSent;
  private boolean begun;
  private boolean over;

  private KeepAliveSink(HttpResponseSink sink, EventLoop loop, Duration every) {
    this.sink = sink;
    this.loop = loop;
    this.everyNanos = every.toNanos();
  }

  /** The same outlet, with pings if the route wants them and the caller's form knows them. */
  public static ResponseSink over(
      HttpResponseSink sink,
      EventLoop loop,
      RouteTable.Entry route,
      Operation operation,
      Buffer body) {
    return operation == Operation.INVOKE_STREAM
            && route.config().keepAlive().isPresent()
            && readsPings(route.asked().family(), body)
        ? new KeepAliveSink(sink, loop, route.config().keepAlive().get())
        : sink;
  }

  /** An ARN may hide the family; requests of Claude's form name its version. */
  private static boolean readsPings(ModelFamily family, Buffer body) {
    return family.form() == ModelFamily.Form.ANTHROPIC
        || (family.form() == ModelFamily.Form.OTHER
            && body.toString(StandardCharsets.UTF_8).contains(MESSAGES_VERSION));
  }

  @Override
  public void whenGone(Runnable action) {
    sink.whenGone(
        () -> {
          stop();
          action.run();
        });
    if (timer < 0 && !over) {
      lastNanos = now();
      arm();
    }
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public Future<Void> whole(Reply reply, @Nullable Source source) {
    stop();
    if (!headSent) {
      return sink.whole(reply, source);
    }
    byte[] body = Bytes.of(reply.body());
    var error =
        Errors.classify(reply.status(), reply.headers()::get, body, WallClock.now()).error();
    return sink.end(Buffer.buffer(ErrorBody.exceptionFrame(error, Operation.INVOKE_STREAM)), false);
  }

  @Override
  public void begin(MultiMap headers, Source source) {
    begun = true;
    lastNanos = now();
    if (!headSent) {
      headSent = true;
      sink.begin(headers, source);
    }
  }

  @Override
  public boolean write(Buffer frames, Runnable taken) {
    lastNanos = now();
    return sink.write(frames, taken);
  }

  @Override
  public void whenDrained(Runnable action) {
    sink.whenDrained(action);
  }

  @Override
  public Future<Void> end(Buffer last, boolean complete) {
    stop();
    return sink.end(last, complete);
  }

  private void arm() {
    long left = lastNanos + everyNanos - now();
    timer = loop.vertx().setTimer(loop.ticker().timerMillis(left), id -> timeUp());
  }

  private void timeUp() {
    if (over) {
      return;
    }
    if (now() - lastNanos >= everyNanos) {
      ping();
    }
    arm();
  }

  private void ping() {
    lastNanos = now();
    if (!headSent) {
      headSent = true;
      sink.begin(
          HttpHeaders.headers().add(HttpHeaders.CONTENT_TYPE, UpstreamAttempt.EVENT_STREAM),
          Source.PRIMARY);
    }
    if (!sink.isFull()) {
      var unused = sink.write(PING, () -> {});
    }
  }

  private void stop() {
    over = true;
    loop.vertx().cancelTimer(timer);
  }

  private long now() {
    return loop.ticker().nanos();
  }
}
