package dev.forebay.gateway.reuse;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step.Source;
import dev.forebay.gateway.call.CallRegistry;
import dev.forebay.gateway.call.DegradedAnswers;
import dev.forebay.gateway.call.PendingCall;
import dev.forebay.gateway.http.Reply;
import dev.forebay.gateway.loop.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One caller of a {@link CoalescedCall}, on its own event loop and with its own deadline. */
final class CoalescedReader {
  private static final Buffer NOTHING = Buffer.buffer();

  private final CallRegistry calls;
  private final EventLoop loop;
  private final Context context;
  private final PendingCall call;
  private final DegradedAnswers degradedAnswers;
  private final CoalescedCall coalesced;
  private final AtomicBoolean woken = new AtomicBoolean();

  /** Whether the flight's exchange ends this caller's journey. */
  private boolean leads;

  private boolean over;
  private boolean overdue;
  private boolean blocked;
  private long timer = -1;

  // How far it has read; used by the flight alone, under its lock, and so is the next.
  private int framesRead;
  private volatile boolean hasHead;

  CoalescedReader(
      CallRegistry calls,
      PendingCall call,
      DegradedAnswers degradedAnswers,
      CoalescedCall coalesced,
      boolean leads) {
    this.calls = calls;
    this.loop = calls.loop();
    this.context = loop.vertx().getOrCreateContext();
    this.call = call;
    this.degradedAnswers = degradedAnswers;
    this.coalesced = coalesced;
    this.leads = leads;
  }

  void start() {
    call.sink().whenGone(this::gone);
    if (!leads) {
      awaitDeadline();
    }
    read();
  }

  boolean hasHead() {
    return hasHead;
  }

  int framesRead() {
    return framesRead;
  }

  void readOneMore() {
    framesRead++;
  }

  /** Whether it could wait for another call. */
  boolean mayLead() {
    return loop.ticker().nanos() - call.journey().endByNanos() < 0 && !calls.draining();
  }

  /** There is more to read. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      context.runOnContext(now -> read());
    }
  }

  /** The call that it led is over, without an answer for others. */
  void end(Reply reply, @Nullable Source source) {
    context.runOnContext(
        now -> {
          if (!over) {
            long bytes = reply.body().length();
            loop.memory().hold(bytes);
            finished(
                () ->
                    call.sink().whole(reply, source).onComplete(sent -> loop.memory().give(bytes)));
          }
        });
  }

  /** Makes the call in place of the one that brought no answer for others. */
  void lead(Reply reply, @Nullable Source source) {
    context.runOnContext(
        now -> {
          if (over) {
            coalesced.whole(reply, source);
          } else {
            leads = true;
            loop.vertx().cancelTimer(timer);
            calls.begin(call.answeredTo(coalesced, () -> {}), degradedAnswers).startAgain();
          }
        });
  }

  private void read() {
    woken.set(false);
    while (!over && !blocked) {
      CoalescedCall.Piece next = coalesced.next(this);
      switch (next) {
        case null -> {
          if (coalesced.isAnswering()) {
            call.sink().answering();
          }
          leaveIfOverdue();
          return;
        }
        case CoalescedCall.Piece.Whole whole -> {
          endJourney(whole.source(), whole.reply().status());
          finished(() -> call.sink().whole(whole.reply(), whole.source()));
        }
        case CoalescedCall.Piece.Begin begin -> {
          hasHead = true;
          call.sink().begin(begin.headers(), begin.source());
        }
        case CoalescedCall.Piece.Frames more -> write(more.frames());
        case CoalescedCall.Piece.End end -> {
          endJourney(end.complete() ? end.source() : null, 200);
          finished(() -> call.sink().end(NOTHING, end.complete()));
        }
      }
    }
  }

  private void write(Buffer frames) {
    long bytes = frames.length();
    loop.memory().hold(bytes);
    if (call.sink().write(frames, () -> loop.memory().give(bytes))) {
      blocked = true;
      call.sink()
          .whenDrained(
              () -> {
                blocked = false;
                read();
              });
    }
  }

  private void endJourney(@Nullable Source source, int status) {
    if (leads) {
      return;
    }
    long now = loop.ticker().nanos();
    if (source != null) {
      call.journey().served(source, now);
    } else if (hasHead) {
      call.journey().shared(new Outcome.Interrupted(broken()), now);
    } else {
      call.journey().shared(new ErrorInfo(status, "shared", "The shared call failed."), now);
    }
  }

  private static ErrorInfo broken() {
    return new ErrorInfo(424, "ModelStreamErrorException", "The shared answer broke off.");
  }

  private void awaitDeadline() {
    timer = loop.vertx().setTimer(loop.ticker().timerMillis(leftNanos()), id -> timeUp());
  }

  private long leftNanos() {
    long now = loop.ticker().nanos();
    return call.journey().sharedByNanos(now) - now;
  }

  private void timeUp() {
    if (over || leads) {
      return;
    }
    if (leftNanos() > 0) {
      awaitDeadline();
    } else {
      overdue = true;
      leaveIfOverdue();
    }
  }

  /** As in a call of its own: once a target has begun to answer, the deadline has been kept. */
  private void leaveIfOverdue() {
    if (overdue && !over && !leads && !hasHead && !coalesced.isAnswering()) {
      over = true;
      coalesced.leave(this);
      // Its journey has no time left: it ends at once, with what there is in place of an answer.
      calls.begin(call, degradedAnswers).start();
    }
  }

  private void gone() {
    if (!over) {
      if (!leads) {
        call.journey().callerLeft(loop.ticker().nanos());
      }
      over();
      coalesced.leave(this);
      call.whenOver().run();
    }
  }

  /** Over first: on HTTP/2 the stream may close, and say so, within the write of its last byte. */
  private void finished(Supplier<Future<Void>> answer) {
    over();
    answer
        .get()
        .onComplete(
            done -> {
              coalesced.leave(this);
              call.whenOver().run();
            });
  }

  private void over() {
    over = true;
    loop.vertx().cancelTimer(timer);
  }
}
