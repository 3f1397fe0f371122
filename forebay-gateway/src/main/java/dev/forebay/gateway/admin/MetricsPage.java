package dev.forebay.gateway.admin;

import org.jspecify.annotations.Nullable;

/** {@code /metrics}, in the form that its reader prefers. Called on event loops. */
@FunctionalInterface
public interface MetricsPage {
  /**
   * The page now.
   *
   * @param accept the request's Accept header; null if it has none
   */
  Page page(@Nullable String accept);

  /**
   * What is sent.
   *
   * @param body not copied, and left alone by both sides
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Page(String contentType, byte[] body) {}
}
