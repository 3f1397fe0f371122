package dev.forebay.engine.call;

import dev.forebay.bedrock.ErrorBody;
import dev.forebay.bedrock.Errors;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.translate.Ping;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.WallClock;
import dev.forebay.engine.route.RouteTable;
import dev.forebay.engine.upstream.UpstreamAttempt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The response to a streaming request in Claude's form, which gets a ping whenever nothing was sent
 * for a while: clients and proxies give up connections that are silent for long.
 *
 * <p>A ping before the answer has begun sends the head, with status 200 and without {@code
 * x-forebay-*}, as nothing of the answer is known. It is no content: another target may still take
 * over. An error after that comes as an exception event. Lives on the call's loop.
 */
public final class KeepAliveSink implements ResponseSink {
  private static final byte[] PING = Ping.frame();
  private static final String MESSAGES_VERSION = "\"anthropic_version\"";

  private final ResponseSink sink;
  private final Loop loop;
  private final long everyNanos;
  private Loop.@Nullable Timer timer;
  private long lastNanos;
  private boolean headSent;
  private boolean begun;
  private boolean over;

  private KeepAliveSink(ResponseSink sink, Loop loop, Duration every) {
    this.sink = sink;
    this.loop = loop;
    this.everyNanos = every.toNanos();
  }

  /** The same sink, with pings if the route wants them and the caller's form knows them. */
  public static ResponseSink over(
      ResponseSink sink, Loop loop, RouteTable.Entry route, Operation operation, byte[] body) {
    return operation == Operation.INVOKE_STREAM
            && route.config().keepAlive().isPresent()
            && readsPings(route.asked().family(), body)
        ? new KeepAliveSink(sink, loop, route.config().keepAlive().get())
        : sink;
  }

  /** An ARN may hide the family; requests of Claude's form name its version. */
  private static boolean readsPings(ModelFamily family, byte[] body) {
    return family.form() == ModelFamily.Form.ANTHROPIC
        || (family.form() == ModelFamily.Form.OTHER
            && new String(body, StandardCharsets.UTF_8).contains(MESSAGES_VERSION));
  }

  @Override
  public void whenGone(Runnable action) {
    sink.whenGone(
        () -> {
          stop();
          action.run();
        });
    if (timer == null && !over) {
      lastNanos = now();
      arm();
    }
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public void whole(Reply reply, @Nullable Source source, Runnable sent) {
    stop();
    if (!headSent) {
      sink.whole(reply, source, sent);
      return;
    }
    var error =
        Errors.classify(reply.status(), reply.headers()::get, reply.body(), WallClock.now())
            .error();
    byte[] frame = ErrorBody.exceptionFrame(error, Operation.INVOKE_STREAM);
    sink.end(ByteBuffer.wrap(frame), false, sent);
  }

  @Override
  public void begin(Headers headers, Source source) {
    begun = true;
    lastNanos = now();
    if (!headSent) {
      headSent = true;
      sink.begin(headers, source);
    }
  }

  @Override
  public boolean write(ByteBuffer frames, Runnable taken) {
    lastNanos = now();
    return sink.write(frames, taken);
  }

  @Override
  public boolean isFull() {
    return sink.isFull();
  }

  @Override
  public void whenDrained(Runnable action) {
    sink.whenDrained(action);
  }

  @Override
  public void end(ByteBuffer last, boolean complete, Runnable sent) {
    stop();
    sink.end(last, complete, sent);
  }

  private void arm() {
    timer = loop.timer(lastNanos + everyNanos - now(), this::timeUp);
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
          new Headers().add(Headers.CONTENT_TYPE, UpstreamAttempt.EVENT_STREAM), Source.PRIMARY);
    }
    if (!sink.isFull()) {
      var unused = sink.write(ByteBuffer.wrap(PING), () -> {});
    }
  }

  private void stop() {
    over = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  private long now() {
    return loop.nanos();
  }
}
