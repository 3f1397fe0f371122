package dev.forebay.cli.demo;

import dev.forebay.cli.demo.Ended.End;
import dev.forebay.simulator.CallClass;
import dev.forebay.simulator.PlannedCall;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One call under way. Lives on its lane's thread; its caller leaves at its deadline. */
// What fails on the lane's thread is caught there, and ends the run.
@SuppressWarnings("FutureReturnValueIgnored")
abstract class LiveCall {
  /** What the wire may take beyond a deadline, in real time: an answer at the deadline counts. */
  private static final long WIRE_NANOS = 50_000_000;

  final Lane lane;
  final PlannedCall call;
  final CallClass kind;
  private int requests;
  private long sentNanos = -1;
  private boolean over;
  private @Nullable CompletableFuture<CallResult> underWay;
  private @Nullable Future<?> leaving;

  LiveCall(Lane lane, PlannedCall call) {
    this.lane = lane;
    this.call = call;
    this.kind = lane.scenario().mix().get(call.kind());
  }

  /** The call has arrived. */
  final void arrive() {
    long wire = (long) (WIRE_NANOS * lane.clock().speed());
    leaving = lane.at(call.endByNanos() + wire, this::leave);
    begin();
  }

  abstract void begin();

  abstract void replied(CallResult reply);

  /** The caller goes while a request is under way. */
  void left() {}

  /** How many requests reached Bedrock, given how many were sent from here. */
  int attempts(int sent, @Nullable CallResult last) {
    return sent;
  }

  /** Whether it waits without a request under way. */
  final boolean waits() {
    return !over && underWay == null;
  }

  final void send(String model, Map<String, String> headers) {
    int number = ++requests;
    if (sentNanos < 0) {
      sentNanos = lane.clock().now();
    }
    CompletableFuture<CallResult> sent = lane.sdk().send(call, kind, model, headers);
    underWay = sent;
    lane.hear(
        sent,
        reply -> {
          if (!over && number == requests) {
            underWay = null;
            replied(reply);
          }
        });
  }

  final void after(long nanos, Runnable action) {
    lane.at(
        lane.clock().now() + nanos,
        () -> {
          if (!over) {
            action.run();
          }
        });
  }

  final void answered(CallResult reply, int target) {
    End end = lane.isPrimary(target) ? End.PRIMARY : End.FALLBACK;
    end(end, reply, target, reply.contentNanos(), reply.endNanos());
  }

  /** The caller does not go before the next reply: it has time. */
  final void stay() {
    if (leaving != null) {
      leaving.cancel(false);
    }
  }

  /** It has a place in the queue: its caller asks for the answer later. */
  final void leftForLater(CallResult reply) {
    end(End.QUEUED, reply, -1, 0, reply.endNanos());
  }

  /** An error; after content has begun it can only be the deadline. */
  final void refused(CallResult reply) {
    End end = reply.contentNanos() > 0 ? End.GAVE_UP : End.REFUSED;
    end(end, reply, -1, 0, reply.endNanos());
  }

  /** The caller goes, at its deadline or because all is over. */
  final void leave() {
    if (over) {
      return;
    }
    CompletableFuture<CallResult> abandoned = underWay;
    if (abandoned != null) {
      underWay = null;
      left();
    }
    end(End.GAVE_UP, null, -1, 0, lane.clock().now());
    if (abandoned != null) {
      abandoned.cancel(true);
    }
  }

  private void end(
      End end, @Nullable CallResult last, int target, long contentNanos, long endNanos) {
    over = true;
    if (leaving != null) {
      leaving.cancel(false);
    }
    lane.ended(
        this,
        new Ended(
            call,
            end,
            attempts(requests, last),
            target,
            sentNanos,
            contentNanos,
            endNanos,
            last == null ? Optional.empty() : last.job()));
  }
}
