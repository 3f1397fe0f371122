package dev.forebay.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** A target's whole answer or error, as it came. */
record UpstreamReply(int status, MultiMap headers, Buffer body) {}
