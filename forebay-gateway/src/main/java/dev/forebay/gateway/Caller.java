package dev.forebay.gateway;

import dev.forebay.core.Journey;

/**
 * One caller with its call.
 *
 * @param whenOver run once, when the last byte is out or the caller has left
 */
record Caller(ModelRequest request, Outlet outlet, Journey journey, Runnable whenOver) {
  /** The same call, with its answer going elsewhere. */
  Caller answeredTo(Outlet other, Runnable whenOtherIsOver) {
    return new Caller(request, other, journey, whenOtherIsOver);
  }
}
