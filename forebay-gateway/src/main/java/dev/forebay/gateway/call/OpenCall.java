package dev.forebay.gateway.call;

import dev.forebay.core.journey.Journey;
import dev.forebay.gateway.config.Setup;
import dev.forebay.gateway.http.Outlet;
import dev.forebay.gateway.upstream.ModelRequest;

/**
 * A call that waits for its answer.
 *
 * @param setup the configuration that it is made under
 * @param whenOver run once, when the last byte is out or the caller has left
 */
public record OpenCall(
    Setup setup, ModelRequest request, Outlet outlet, Journey journey, Runnable whenOver) {
  /** The same call, with its answer going elsewhere. */
  public OpenCall answeredTo(Outlet other, Runnable whenOtherIsOver) {
    return new OpenCall(setup, request, other, journey, whenOtherIsOver);
  }
}
