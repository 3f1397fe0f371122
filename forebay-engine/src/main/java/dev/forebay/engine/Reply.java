package dev.forebay.engine;

import org.jspecify.annotations.Nullable;

/**
 * A whole answer or error, as a target sent it or as the engine made it.
 *
 * @param body not changed any more
 */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
public record Reply(int status, Headers headers, byte[] body) {
  /** Whether it can be passed on as that error: a page of HTML is none that an SDK can read. */
  public boolean isError(int expectedStatus) {
    @Nullable String type = headers.get(Headers.CONTENT_TYPE);
    return status == expectedStatus
        && type != null
        && (type.startsWith("application/json") || type.startsWith("application/x-amz-json"));
  }
}
