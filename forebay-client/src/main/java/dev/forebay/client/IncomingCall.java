package dev.forebay.client;

import dev.forebay.engine.Headers;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * What an SDK's client is about to send.
 *
 * @param rawPath as it was marshalled, without the query
 * @param uri the same with the query
 * @param from where the client would send it by itself
 * @param body the whole body
 */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
record IncomingCall(
    String method, String rawPath, String uri, Headers headers, ClientEndpoint from, byte[] body) {
  /** The first value of a header; null if there is none. */
  @Nullable String header(@Nullable String name) {
    return name == null ? null : headers.get(name);
  }

  /**
   * What a request asks for.
   *
   * @param scope of the thread that makes the call; null if it is in none
   */
  static IncomingCall of(SdkHttpRequest request, byte[] body, @Nullable OptionsScope scope) {
    Headers headers = new Headers();
    request.forEachHeader(
        (name, values) -> values.forEach(value -> headers.addReceived(name, value)));
    if (scope != null) {
      scope.addTo(headers);
    }
    String path = request.encodedPath().isEmpty() ? "/" : request.encodedPath();
    String uri = request.encodedQueryParameters().map(query -> path + "?" + query).orElse(path);
    return new IncomingCall(
        request.method().name(), path, uri, headers, ClientEndpoint.of(request), body);
  }
}
