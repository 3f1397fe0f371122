package dev.forebay.engine.call;

import dev.forebay.core.journey.Journey;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.route.ModelRequest;

/**
 * A call that waits for its answer.
 *
 * @param snapshot the configuration that it is made under
 * @param whenOver run once, when the last byte is out or the caller has left
 */
public record PendingCall(
    RoutingSnapshot snapshot,
    ModelRequest request,
    ResponseSink sink,
    Journey journey,
    Runnable whenOver) {
  /** The same call, with its answer going elsewhere. */
  public PendingCall answeredTo(ResponseSink other, Runnable whenOtherIsOver) {
    return new PendingCall(snapshot, request, other, journey, whenOtherIsOver);
  }
}
