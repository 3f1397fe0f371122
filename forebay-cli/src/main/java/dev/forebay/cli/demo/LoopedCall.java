package dev.forebay.cli.demo;

import dev.forebay.simulator.LoopCall;
import dev.forebay.simulator.PlannedCall;
import java.util.Map;

/** A call in a usual retry loop, the simulator's own, sent straight to Bedrock. */
final class LoopedCall extends LiveCall {
  private final LoopCall loop;
  private int index;

  LoopedCall(Lane lane, PlannedCall call, LoopCall loop) {
    super(lane, call);
    this.loop = loop;
  }

  @Override
  void begin() {
    take(loop.attempt(lane.clock().now(), lane.random()));
  }

  @Override
  void replied(CallResult reply) {
    long now = lane.clock().now();
    if (reply.status() == 200) {
      loop.answered(now);
      answered(reply, index);
      return;
    }
    LoopCall.Next next = loop.failed(reply.status(), now, lane.random());
    if (next instanceof LoopCall.Next.Refuse) {
      refused(reply);
    } else {
      take(next);
    }
  }

  @Override
  void left() {
    loop.left(lane.clock().now());
  }

  private void take(LoopCall.Next next) {
    switch (next) {
      case LoopCall.Next.Send to -> {
        index = to.index();
        send(lane.model(index), Map.of());
      }
      case LoopCall.Next.Wait wait -> after(wait.nanos(), this::begin);
      case LoopCall.Next.Refuse refuse ->
          throw new IllegalStateException("refused before a request was sent");
    }
  }
}
