package dev.forebay.gateway.jobs;

import dev.forebay.core.Step.Source;
import dev.forebay.core.Timeouts;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.GatheredBody;
import dev.forebay.gateway.http.HttpResponseSink;
import dev.forebay.gateway.http.Refusals;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.http.ResponseSink;
import dev.forebay.gateway.loop.EventLoop;
import dev.forebay.gateway.loop.MemoryBudget;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.JobResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects an answer as its caller would have read it. Lives on the call's event loop. */
final class StoredAnswer implements ResponseSink {
  /** Who takes it. */
  interface Taker {
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

  private final Taker taker;
  private Runnable gone = () -> {};
  private @Nullable MultiMap head;
  private final GatheredBody frames;

  /** Completes when the answer was stored, or is not wanted any more. */
  private final Promise<Void> settled = Promise.promise();

  private boolean over;

  StoredAnswer(Taker taker, MemoryBudget memory) {
    this.taker = taker;
    this.frames = new GatheredBody(memory, 0);
  }

  /** Nobody wants it any more. */
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
    settled.tryComplete();
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
  public Future<Void> whole(Reply reply, @Nullable Source source) {
    over = true;
    JobResult result = result(reply.status(), reply.headers(), reply.body());
    if (source == null) {
      taker.refused(result);
    } else {
      taker.answered(result);
    }
    return settled.future();
  }

  @Override
  public void begin(MultiMap headers, Source source) {
    head = headers;
  }

  @Override
  public boolean write(Buffer more, Runnable taken) {
    if (!over) {
      add(more);
    }
    taken.run();
    return false;
  }

  private void add(Buffer more) {
    if (frames.length() + more.length() > MemoryBudget.MAX_ANSWER_BYTES) {
      taker.tooLarge();
    } else if (!frames.add(more)) {
      taker.noRoom();
    }
  }

  /** Never, since it is never full. */
  @Override
  public void whenDrained(Runnable action) {}

  @Override
  public Future<Void> end(Buffer last, boolean complete) {
    over = true;
    if (complete) {
      if (frames.add(last)) {
        taker.answered(result(200, head == null ? HttpHeaders.headers() : head, frames.buffer()));
      } else {
        taker.noRoom();
      }
    } else {
      taker.brokenOff();
    }
    return settled.future();
  }

  private static JobResult result(int status, MultiMap headers, Buffer body) {
    return new JobResult(status, list(headers), Content.of(Bytes.of(body)));
  }

  /** Headers as a store keeps them. */
  static List<Header> list(MultiMap headers) {
    return headers.entries().stream()
        .map(header -> new Header(header.getKey(), header.getValue()))
        .toList();
  }

  /** Headers as they came. */
  static MultiMap headers(List<Header> stored) {
    MultiMap headers = HttpHeaders.headers();
    stored.forEach(header -> headers.add(header.name(), header.value()));
    return headers;
  }

  /** A body as it came, which is never changed. */
  static Buffer body(Content stored) {
    return Bytes.buffer(stored.bytes());
  }

  /** Gives a caller the answer of a job, if there is room for it. */
  static Future<Void> give(EventLoop loop, HttpServerRequest request, JobResult result) {
    long bytes = result.body().size();
    if (!loop.memory().take(bytes, bytes)) {
      loop.memory().refuse();
      return Refusals.send(request.response(), Refusals.NO_ROOM, Duration.ZERO);
    }
    Reply reply =
        new Reply(
            result.status(),
            StoredAnswer.headers(result.headers()),
            StoredAnswer.body(result.body()));
    return new HttpResponseSink(
            request.response(),
            new HttpResponseSink.Patience(request, loop, Timeouts.DEFAULTS::idle))
        .whole(reply, null)
        .onComplete(sent -> loop.memory().give(bytes));
  }
}
