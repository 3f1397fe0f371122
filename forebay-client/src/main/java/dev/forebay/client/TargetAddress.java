package dev.forebay.client;

import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

  /** What a request is for, apart from its headers. Most requests to a target have the same. */
  private record Line(String method, String uri, SdkHttpRequest request, URI address) {}

  private final URI endpoint;

  /** The value of a Host header. */
  private final String host;

  private volatile @Nullable Line last;

  /** Only once an answer was read whole is there a connection that may die while it is idle. */
  private volatile boolean answered;

  /**
   * A target that has not been asked yet.
   *
   * @param endpoint without a query
   */
  TargetAddress(URI endpoint) {
    this.endpoint = endpoint;
    host =
        endpoint.getPort() < 0 ? endpoint.getHost() : endpoint.getHost() + ":" + endpoint.getPort();
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
    Headers headers = new Headers(request.headers());
    if (!headers.contains(Headers.HOST)) {
      headers.add("Host", host);
    }
    if (request.body().length > 0 || request.method().equals("POST")) {
      headers.set("Content-Length", Integer.toString(request.body().length));
    }
    Line line = line(request.method(), request.uri());
    return new OutgoingRequest(line.request(), line.address(), headers);
  }

  private Line line(String method, String uri) {
    Line known = last;
    if (known == null || !known.uri().equals(uri) || !known.method().equals(method)) {
      SdkHttpRequest request = withoutHeaders(method, uri);
      known = new Line(method, uri, request, request.getUri());
      last = known;
    }
    return known;
  }

  private SdkHttpRequest withoutHeaders(String method, String uri) {
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    SdkHttpRequest.Builder sent =
        SdkHttpRequest.builder()
            .method(METHODS.get(method))
            .protocol(endpoint.getScheme())
            .host(endpoint.getHost())
            .port(endpoint.getPort() < 0 ? null : endpoint.getPort())
            .encodedPath(path);
    if (query >= 0) {
      SdkHttpUtils.uriParams(URI.create(uri)).forEach(sent::putRawQueryParameter);
    }
    return sent.build();
  }

  /**
   * The length of a message's body in bytes; negative if its head does not say it.
   *
   * @param length the value of Content-Length; null if there is none
   */
  static long length(@Nullable String length) {
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The head of an answer, as it came. */
  static Transport.Head head(SdkHttpResponse response) {
    Headers headers = new Headers();
    response.forEachHeader(
        (name, values) -> values.forEach(value -> headers.addReceived(name, value)));
    return new Transport.Head(response.statusCode(), headers);
  }
}
