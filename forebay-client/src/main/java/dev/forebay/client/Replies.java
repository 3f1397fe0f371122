package dev.forebay.client;

import dev.forebay.engine.Headers;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Answers as the SDK's clients take them. */
final class Replies {
  static final int UNKNOWN_LENGTH = -1;

  private Replies() {}

  /**
   * The head of an answer.
   *
   * @param length of the body, or {@link #UNKNOWN_LENGTH}
   */
  static SdkHttpResponse head(int status, Headers headers, int length) {
    SdkHttpFullResponse.Builder head = SdkHttpFullResponse.builder().statusCode(status);
    headers.forEach(head::appendHeader);
    if (length != UNKNOWN_LENGTH) {
      head.putHeader("Content-Length", Integer.toString(length));
    }
    return head.build();
  }
}
