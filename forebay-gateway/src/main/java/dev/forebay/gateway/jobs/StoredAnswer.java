package dev.forebay.gateway.jobs;

import dev.forebay.core.Step.Source;
import dev.forebay.core.Timeouts;
import dev.forebay.engine.Headers;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.Reply;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.http.GatheredBody;
import dev.forebay.engine.http.Refusals;
import dev.forebay.gateway.http.ErrorResponses;
import dev.forebay.gateway.http.HttpResponseSink;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects an answer as its caller would have read it. Lives on the call's event loop. */
final class StoredAnswer implements ResponseSink {
  /** The receiver of an answer. */
  interface Receiver {
    /** The whole answer of a model. */
    void answered(JobResult result);

    /** An error in place of one. */
    void refused(JobResult error);

    /** It broke off after it had begun. */
    void brokenOff();

    /** It is larger than an answer may be. */
    void tooLarge();

    /** There is no memory for it beside other answers. */
    void noRoom();
  }

  private final Receiver receiver;
  private Runnable gone = () -> {};
  private @Nullable Headers head;
  private final GatheredBody frames;

  /** Runs when the answer was stored, or is not wanted any more. */
  private Runnable whenSettled = () -> {};

  private boolean settled;
  private boolean over;

  StoredAnswer(Receiver receiver, MemoryBudget memory) {
    this.receiver = receiver;
    this.frames = new GatheredBody(memory, 0);
  }

  /** It is not wanted any more. */
  void leave() {
    if (!over) {
      over = true;
      gone.run();
    }
    settle();
  }

  /** The answer is held no more. */
  void settle() {
    frames.release();
    if (!settled) {
      settled = true;
      whenSettled.run();
    }
  }

  @Override
  public void whenGone(Runnable action) {
    gone = action;
  }

  @Override
  public boolean begun() {
    return head != null;
  }

  @Override
  public void whole(Reply reply, @Nullable Source source, Runnable sent) {
    over = true;
    whenSettled(sent);
    JobResult result = result(reply.status(), reply.headers(), reply.body());
    if (source == null) {
      receiver.refused(result);
    } else {
      receiver.answered(result);
    }
  }

  @Override
  public void begin(Headers headers, Source source) {
    head = headers;
  }

  @Override
  public boolean write(ByteBuffer more, Runnable taken) {
    if (!over) {
      add(more);
    }
    taken.run();
    return false;
  }

  private void add(ByteBuffer more) {
    if (frames.length() + more.remaining() > MemoryBudget.MAX_ANSWER_BYTES) {
      receiver.tooLarge();
    } else if (!frames.add(more)) {
      receiver.noRoom();
    }
  }

  private void whenSettled(Runnable sent) {
    if (settled) {
      sent.run();
    } else {
      whenSettled = sent;
    }
  }

  @Override
  public boolean isFull() {
    return false;
  }

  /** Never, since it is never full. */
  @Override
  public void whenDrained(Runnable action) {}

  @Override
  public void end(ByteBuffer last, boolean complete, Runnable sent) {
    over = true;
    whenSettled(sent);
    if (complete) {
      if (frames.add(last)) {
        receiver.answered(result(200, head == null ? new Headers() : head, frames.bytes()));
      } else {
        receiver.noRoom();
      }
    } else {
      receiver.brokenOff();
    }
  }

  private static JobResult result(int status, Headers headers, byte[] body) {
    return new JobResult(status, list(headers), Content.of(body));
  }

  /** Headers as a store keeps them. */
  static List<Header> list(Headers headers) {
    List<Header> list = new ArrayList<>();
    headers.forEach((name, value) -> list.add(new Header(name, value)));
    return list;
  }

  /** Headers as they came. */
  static Headers headers(List<Header> stored) {
    Headers headers = new Headers();
    stored.forEach(header -> headers.add(header.name(), header.value()));
    return headers;
  }

  /** Gives a caller the answer of a job, if there is room for it. */
  static Future<Void> give(EventLoop loop, HttpServerRequest request, JobResult result) {
    long bytes = result.body().size();
    if (!loop.memory().take(bytes, bytes)) {
      loop.memory().refuse();
      return ErrorResponses.send(request.response(), Refusals.NO_ROOM, Duration.ZERO);
    }
    Reply reply =
        new Reply(result.status(), StoredAnswer.headers(result.headers()), result.body().bytes());
    Promise<Void> sent = Promise.promise();
    new HttpResponseSink(
            request.response(),
            new HttpResponseSink.Patience(request, loop, Timeouts.DEFAULTS::idle))
        .whole(reply, null, sent::complete);
    return sent.future().onComplete(done -> loop.memory().give(bytes));
  }
}
