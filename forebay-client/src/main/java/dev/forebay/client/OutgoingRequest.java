package dev.forebay.client;

import dev.forebay.engine.Headers;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * A request as the SDK's HTTP clients take it: what most requests to a target have in common, and
 * their own headers. Most clients read each header once, for which the SDK's sorted map of them is
 * not worth its time; it is built on demand. Immutable.
 *
 * @param same method, address, path and query
 * @param address the same as a URI, which takes a while to make
 * @param sent all headers; not changed any more
 */
record OutgoingRequest(SdkHttpRequest same, URI address, Headers sent) implements SdkHttpRequest {
  @Override
  public SdkHttpMethod method() {
    return same.method();
  }

  @Override
  public String protocol() {
    return same.protocol();
  }

  @Override
  public String host() {
    return same.host();
  }

  @Override
  public int port() {
    return same.port();
  }

  @Override
  public String encodedPath() {
    return same.encodedPath();
  }

  @Override
  public Map<String, List<String>> rawQueryParameters() {
    return same.rawQueryParameters();
  }

  @Override
  public Optional<String> encodedQueryParameters() {
    return same.encodedQueryParameters();
  }

  @Override
  public URI getUri() {
    return address;
  }

  @Override
  public Map<String, List<String>> headers() {
    return toBuilder().headers();
  }

  @Override
  public void forEachHeader(BiConsumer<? super String, ? super List<String>> action) {
    sent.forEachName(action::accept);
  }

  @Override
  public Optional<String> firstMatchingHeader(String name) {
    return Optional.ofNullable(sent.get(name));
  }

  @Override
  public List<String> matchingHeaders(String name) {
    return sent.getAll(name);
  }

  @Override
  public Builder toBuilder() {
    Builder builder = same.toBuilder();
    sent.forEach(builder::appendHeader);
    return builder;
  }

  /** Without headers: values may be secrets. */
  @Override
  public String toString() {
    return same.method() + " " + address;
  }
}
