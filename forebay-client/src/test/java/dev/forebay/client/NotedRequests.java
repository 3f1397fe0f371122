package dev.forebay.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;

/** A client that keeps what it sends. */
final class NotedRequests implements SdkHttpClient {
  private final SdkHttpClient client = Apache5HttpClient.create();
  private final List<HttpExecuteRequest> sent = new CopyOnWriteArrayList<>();

  /** A header of the first request; empty if it has none. */
  String header(String name) {
    return sent.getFirst().httpRequest().firstMatchingHeader(name).orElse("");
  }

  /** The paths of all requests. */
  List<String> paths() {
    return sent.stream().map(request -> request.httpRequest().encodedPath()).toList();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    sent.add(request);
    return client.prepareRequest(request);
  }

  @Override
  public void close() {
    client.close();
  }
}
