package dev.forebay.engine.reuse;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Loop;
import dev.forebay.engine.Reply;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One caller of a {@link CoalescedCall}, on its own loop and with its own deadline. */
final class CoalescedReader {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final CallRegistry calls;
  private final Loop loop;
  private final PendingCall call;
  private final DegradedAnswers degradedAnswers;
  private final CoalescedCall coalesced;
  private final AtomicBoolean woken = new AtomicBoolean();

  /** Whether the coalesced call's exchange ends this caller's journey. */
  private boolean leads;

  private boolean over;
  private boolean overdue;
  private boolean blocked;
  private Loop.@Nullable Timer timer;

  // How far it has read; used by the coalesced call alone, under its lock, and so is the next.
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
    return hasTime() && !calls.environment().draining();
  }

  /** Whether it could wait for a call that is made now. */
  boolean hasTime() {
    return loop.nanos() - call.journey().endByNanos() < 0;
  }

  /** There is more to read. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      loop.execute(this::read);
    }
  }

  /** The call that it led is over, without an answer for others. */
  void end(Reply reply, @Nullable Source source) {
    loop.execute(
        () -> {
          if (!over) {
            long bytes = reply.body().length;
            calls.memory().hold(bytes);
            finished(
                sent ->
                    call.sink()
                        .whole(
                            reply,
                            source,
                            () -> {
                              calls.memory().give(bytes);
                              sent.run();
                            }));
          }
        });
  }

  /** Makes the call for all, as the first one. */
  void make(CallSender sender) {
    loop.execute(
        () -> {
          if (over) {
            coalesced.lead(sender);
          } else {
            leads = true;
            cancelTimer();
            sender.send(calls, call.answeredTo(coalesced.writer(loop), () -> {}), degradedAnswers);
          }
        });
  }

  /** Makes the call in place of the one that brought no answer for others. */
  void lead(Reply reply, @Nullable Source source) {
    loop.execute(
        () -> {
          if (over) {
            boolean unused = coalesced.whole(reply, source);
          } else {
            leads = true;
            cancelTimer();
            calls
                .begin(call.answeredTo(coalesced.writer(loop), () -> {}), degradedAnswers)
                .startAgain();
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
          finished(sent -> call.sink().whole(whole.reply(), whole.source(), sent));
        }
        case CoalescedCall.Piece.Begin begin -> {
          hasHead = true;
          call.sink().begin(begin.headers(), begin.source());
        }
        case CoalescedCall.Piece.Frames more -> write(more.frames());
        case CoalescedCall.Piece.End end -> {
          endJourney(end.complete() ? end.source() : null, 200);
          finished(sent -> call.sink().end(NOTHING, end.complete(), sent));
        }
      }
    }
  }

  private void write(ByteBuffer frames) {
    long bytes = frames.remaining();
    calls.memory().hold(bytes);
    if (call.sink().write(frames, () -> calls.memory().give(bytes))) {
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
    long now = loop.nanos();
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
    timer = loop.timer(leftNanos(), this::timeUp);
  }

  private long leftNanos() {
    long now = loop.nanos();
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
        call.journey().callerLeft(loop.nanos());
      }
      over();
      coalesced.leave(this);
      call.whenOver().run();
    }
  }

  /** Over first: on HTTP/2 the stream may close, and say so, within the write of its last byte. */
  private void finished(Consumer<Runnable> answer) {
    over();
    answer.accept(
        () -> {
          coalesced.leave(this);
          call.whenOver().run();
        });
  }

  private void over() {
    over = true;
    cancelTimer();
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
