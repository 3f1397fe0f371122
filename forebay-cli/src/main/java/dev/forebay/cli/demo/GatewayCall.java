package dev.forebay.cli.demo;

import dev.forebay.core.Priority;
import dev.forebay.simulator.PlannedCall;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call by way of the gateway: one request, with its deadline and priority. A batch call that is
 * refused is left in the queue, by a second one; not as a stream, since the SDK would take the
 * receipt for its events.
 */
final class GatewayCall extends LiveCall {
  private boolean mayComeLater;

  GatewayCall(Lane lane, PlannedCall call) {
    super(lane, call);
    this.mayComeLater = kind.priority() == Priority.BATCH && !kind.streaming() && lane.queues();
  }

  @Override
  void begin() {
    long left = call.endByNanos() - lane.clock().now();
    send(
        lane.model(0),
        Map.of(
            "x-forebay-deadline-ms",
            Long.toString(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left))),
            "x-forebay-priority",
            kind.priority().label()));
  }

  @Override
  void replied(CallResult reply) {
    if (reply.status() == 200) {
      answered(reply, lane.index(reply.target().orElse("")));
    } else if (reply.status() == 202) {
      leftForLater(reply);
    } else if (mayComeLater && isPassing(reply.status())) {
      mayComeLater = false;
      stay();
      send(lane.model(0), Map.of("Prefer", "respond-async", "x-forebay-priority", "batch"));
    } else {
      refused(reply);
    }
  }

  private static boolean isPassing(int status) {
    return status == 408 || status == 429 || status == 503;
  }

  @Override
  int attempts(int sent, @Nullable CallResult last) {
    return last == null ? 0 : last.attempts().orElse(0);
  }
}
