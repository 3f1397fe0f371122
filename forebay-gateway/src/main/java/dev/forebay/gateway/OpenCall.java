package dev.forebay.gateway;

import dev.forebay.core.Journey;

/**
 * A call that waits for its answer.
 *
 * @param whenOver run once, when the last byte is out or the caller has left
 */
record OpenCall(ModelRequest request, Outlet outlet, Journey journey, Runnable whenOver) {
  /** The same call, with its answer going elsewhere. */
  OpenCall answeredTo(Outlet other, Runnable whenOtherIsOver) {
    return new OpenCall(request, other, journey, whenOtherIsOver);
  }
}
