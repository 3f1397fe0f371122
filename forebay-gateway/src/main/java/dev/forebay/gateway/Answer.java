package dev.forebay.gateway;

import dev.forebay.core.Step.Source;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/**
 * A whole answer that no target is giving at this moment.
 *
 * @param streamed whether the body is an event stream
 * @param headers may be shared: they are never changed
 */
record Answer(boolean streamed, MultiMap headers, Buffer body) {
  /** The same with further headers. */
  Answer with(MultiMap more) {
    MultiMap all = HttpHeaders.headers().addAll(headers);
    more.forEach((name, value) -> all.set(name, value));
    return new Answer(streamed, all, body);
  }

  /** Gives it to a caller. */
  Future<Void> give(Outlet outlet, Source source) {
    MultiMap labelled =
        HttpHeaders.headers().addAll(headers).set(HeaderRules.ANSWER, source.label());
    if (!streamed) {
      return outlet.whole(new Reply(200, labelled, body), source);
    }
    outlet.begin(labelled, source);
    return outlet.end(body, true);
  }
}
