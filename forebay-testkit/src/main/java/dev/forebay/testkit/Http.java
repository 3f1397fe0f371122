package dev.forebay.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** The HTTP client that all tests without an SDK share, and the requests that they send. */
public final class Http implements AutoCloseable {
  private final HttpClient client;

  /**
   * A client of HTTP/1.1: the JDK's gets lost in a large answer right behind an upgrade to HTTP/2.
   */
  public Http() {
    this(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
  }

  private Http(HttpClient client) {
    this.client = client;
  }

  /** A client that asks for an upgrade to HTTP/2. */
  public static Http offeringHttp2() {
    return new Http(HttpClient.newHttpClient());
  }

  /** A client of HTTP/1.1 that gives up a connection that is not open after this time. */
  public static Http connectingWithin(Duration timeout) {
    return new Http(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build());
  }

  /** An address on this machine. */
  public static URI local(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /**
   * A GET.
   *
   * @param headers names and values in turn
   */
  public static HttpRequest get(URI uri, String... headers) {
    return request("GET", uri, "", headers);
  }

  /**
   * A POST.
   *
   * @param headers names and values in turn
   */
  public static HttpRequest post(URI uri, String body, String... headers) {
    return request("POST", uri, body, headers);
  }

  /**
   * A POST of JSON.
   *
   * @param headers names and values in turn, besides the content type
   */
  public static HttpRequest postJson(URI uri, String body, String... headers) {
    return builder("POST", uri, body, headers).header("content-type", "application/json").build();
  }

  /** A POST that does not announce the length of its body. */
  public static HttpRequest postChunked(URI uri, Supplier<? extends InputStream> body) {
    return HttpRequest.newBuilder(uri).POST(BodyPublishers.ofInputStream(body)).build();
  }

  /**
   * Any request.
   *
   * @param headers names and values in turn
   */
  public static HttpRequest request(String method, URI uri, String body, String... headers) {
    return builder(method, uri, body, headers).build();
  }

  private static HttpRequest.Builder builder(
      String method, URI uri, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request;
  }

  /** The same request, which fails when its response has not begun after this time. */
  public static HttpRequest within(Duration timeout, HttpRequest request) {
    return HttpRequest.newBuilder(request, (name, value) -> true).timeout(timeout).build();
  }

  /** A header of a response, or an empty string. */
  public static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /**
   * The body of a page, by a client of its own.
   *
   * @param headers names and values in turn
   */
  public static String page(URI uri, String... headers) throws IOException, InterruptedException {
    try (Http http = new Http()) {
      return http.text(get(uri, headers)).body();
    }
  }

  /** Sends a request and reads its response as text. */
  public HttpResponse<String> text(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  /** Sends a request and reads its response. */
  public HttpResponse<byte[]> bytes(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofByteArray());
  }

  /** Sends a request and returns when its response has begun. */
  public HttpResponse<InputStream> stream(HttpRequest request)
      throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofInputStream());
  }

  /** Sends a request; its response is read as text. */
  public CompletableFuture<HttpResponse<String>> textAsync(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofString());
  }

  /** Sends a request; its response is read. */
  public CompletableFuture<HttpResponse<byte[]>> bytesAsync(HttpRequest request) {
    return client.sendAsync(request, BodyHandlers.ofByteArray());
  }

  /** Sends a request; the reader receives its response line by line. */
  public CompletableFuture<HttpResponse<Void>> linesAsync(
      HttpRequest request, Flow.Subscriber<String> reader) {
    return client.sendAsync(request, BodyHandlers.fromLineSubscriber(reader));
  }

  /** Closes the connections at once, whatever they carry. */
  public void shutdownNow() {
    client.shutdownNow();
  }

  /** Waits for the responses that are due, then closes the connections. */
  @Override
  public void close() {
    client.close();
  }
}
