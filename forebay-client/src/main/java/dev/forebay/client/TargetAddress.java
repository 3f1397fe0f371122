package dev.forebay.client;

import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpHeaders;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Where a target is, and how its requests and answers look to the SDK's HTTP clients. Thread-safe.
 */
final class TargetAddress {
  /** By name; the SDK's own look-up goes through all of them. */
  private static final Map<String, SdkHttpMethod> METHODS =
      Arrays.stream(SdkHttpMethod.values())
          .collect(Collectors.toUnmodifiableMap(SdkHttpMethod::name, method -> method));

  private final URI endpoint;

  /** Only once an answer was read whole is there a connection that may die while it is idle. */
  private volatile boolean answered;

  /**
   * A target that has not been asked yet.
   *
   * @param endpoint without a query
   */
  TargetAddress(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** The target has sent an answer, so that its connection may be kept. */
  void answered() {
    answered = true;
  }

  boolean mayHaveDeadConnections() {
    return answered;
  }

  /** The request for an HTTP client; its body goes beside it. */
  SdkHttpRequest request(Transport.Request request) {
    int query = request.uri().indexOf('?');
    String path = query < 0 ? request.uri() : request.uri().substring(0, query);
    SdkHttpFullRequest.Builder sent =
        SdkHttpFullRequest.builder()
            .method(METHODS.get(request.method()))
            .protocol(endpoint.getScheme())
            .host(endpoint.getHost())
            .port(endpoint.getPort() < 0 ? null : endpoint.getPort())
            .encodedPath(path);
    if (query >= 0) {
      SdkHttpUtils.uriParams(URI.create(request.uri())).forEach(sent::putRawQueryParameter);
    }
    request.headers().forEach(sent::appendHeader);
    if (!request.headers().contains("Host")) {
      sent.putHeader("Host", host());
    }
    if (request.body().length > 0 || request.method().equals("POST")) {
      sent.putHeader("Content-Length", Integer.toString(request.body().length));
    }
    return sent.build();
  }

  private String host() {
    return endpoint.getPort() < 0
        ? endpoint.getHost()
        : endpoint.getHost() + ":" + endpoint.getPort();
  }

  /** The length of a message's body in bytes; negative if its head does not say it. */
  static long length(SdkHttpHeaders head) {
    Optional<String> length = head.firstMatchingHeader("Content-Length");
    try {
      return length.isEmpty() ? -1 : Long.parseLong(length.get());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The head of an answer, as it came. */
  static Transport.Head head(SdkHttpResponse response) {
    Headers headers = new Headers();
    for (Map.Entry<String, List<String>> each : response.headers().entrySet()) {
      each.getValue().forEach(value -> headers.addReceived(each.getKey(), value));
    }
    return new Transport.Head(response.statusCode(), headers);
  }
}
