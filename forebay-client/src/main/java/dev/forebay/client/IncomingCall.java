package dev.forebay.client;

import dev.forebay.engine.Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * What an SDK's client is about to send.
 *
 * @param rawPath as it was marshalled, without the query
 * @param uri the same with the query
 * @param region the region of the endpoint that the client was built for, if its name tells
 * @param body the whole body
 */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
record IncomingCall(
    String method,
    String rawPath,
    String uri,
    Headers headers,
    Optional<String> region,
    byte[] body) {
  private static final String REGIONAL = "bedrock-runtime";

  /** The first value of a header; null if there is none. */
  @Nullable String header(@Nullable String name) {
    return name == null ? null : headers.get(name);
  }

  static IncomingCall of(SdkHttpRequest request, byte[] body) {
    Headers headers = new Headers();
    request.forEachHeader(
        (name, values) -> values.forEach(value -> headers.addReceived(name, value)));
    String path = request.encodedPath().isEmpty() ? "/" : request.encodedPath();
    String uri = request.encodedQueryParameters().map(query -> path + "?" + query).orElse(path);
    return new IncomingCall(
        request.method().name(), path, uri, headers, region(request.host()), body);
  }

  /** {@code bedrock-runtime.REGION.amazonaws.com}, with -fips or of another partition. */
  private static Optional<String> region(String host) {
    String[] labels = host.split("\\.", 4);
    return labels.length == 4
            && labels[0].startsWith(REGIONAL)
            && labels[3].indexOf("amazonaws") < 0
            && labels[2].equals("amazonaws")
        ? Optional.of(labels[1])
        : Optional.empty();
  }
}
