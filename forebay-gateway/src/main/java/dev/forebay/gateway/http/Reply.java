package dev.forebay.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/** A whole answer or error, as a target sent it or as the gateway made it. */
public record Reply(int status, MultiMap headers, Buffer body) {
  /** Whether it can be passed on as that error: a page of HTML is none that an SDK can read. */
  public boolean isError(int expectedStatus) {
    String type = headers.get(HttpHeaders.CONTENT_TYPE);
    return status == expectedStatus
        && type != null
        && (type.startsWith("application/json") || type.startsWith("application/x-amz-json"));
  }
}
