package dev.forebay.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/** A target's whole answer or error, as it came. */
record UpstreamReply(int status, MultiMap headers, Buffer body) {
  /** Whether it can be passed on as that error: a page of HTML is none that an SDK can read. */
  boolean isError(int expectedStatus) {
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    return status == expectedStatus
        && type != null
        && (type.startsWith("application/json") || type.startsWith("application/x-amz-json"));
  }
}
