package dev.forebay.client;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.engine.Headers;
import dev.forebay.engine.passthrough.PassThroughOperation;
import java.util.Optional;
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

  /**
   * The same call where the client's endpoint has a path of its own: what stands before an
   * operation's path belongs to the endpoint. Empty if no operation follows.
   */
  Optional<IncomingCall> belowPath() {
    for (int at = rawPath.indexOf('/', 1); at > 0; at = rawPath.indexOf('/', at + 1)) {
      String rest = rawPath.substring(at);
      if (ModelPath.parse(rest).isPresent()
          || PassThroughOperation.parse(method, rest).isPresent()) {
        return Optional.of(
            new IncomingCall(
                method,
                rest,
                uri.substring(at),
                headers,
                from.below(rawPath.substring(0, at)),
                body));
      }
    }
    return Optional.empty();
  }
}
