package dev.forebay.cli.demo;

import dev.forebay.simulator.PlannedCall;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call by way of the gateway: one request, with its deadline and priority. */
final class GatewayCall extends LiveCall {
  GatewayCall(Lane lane, PlannedCall call) {
    super(lane, call);
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
  void replied(Reply reply) {
    if (reply.status() == 200) {
      answered(reply, lane.rung(reply.target().orElse("")));
    } else {
      refused(reply);
    }
  }

  @Override
  int attempts(int sent, @Nullable Reply last) {
    return last == null ? 0 : last.attempts().orElse(0);
  }
}
