package com.example;

import dev.forebay.client.Forebay;
import dev.forebay.client.WorkStatusException;
import dev.forebay.client.WorkTarget;
import dev.forebay.core.Priority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import software.amazon.awssdk.regions.Region;

/** Summarizes documents by a provider that is not Bedrock, under the policies of a route. */
public class Batch {
  private static final String ROUTE = "acme-large";
  private static final int DOCUMENTS = 40;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  public static void main(String[] arguments) throws Exception {
    try (OtherProvider provider = new OtherProvider();
        Forebay forebay =
            Forebay.builder()
                .endpoint(provider.address())
                .credentials("anonymous")
                .route(ROUTE)
                .primary("acme-large", Region.US_EAST_1)
                .fallback("acme-small", Region.US_EAST_1)
                .maxConcurrentCalls(8)
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<String>> summaries =
          IntStream.range(0, DOCUMENTS)
              .mapToObj(i -> threads.submit(() -> summarize(forebay, "document " + i)))
              .toList();
      int done = 0;
      for (Future<String> summary : summaries) {
        done += summary.get().isEmpty() ? 0 : 1;
      }
      System.out.printf(
          "%d of %d documents, %d times throttled%n", done, DOCUMENTS, provider.throttled());
    }
  }

  private static String summarize(Forebay forebay, String document) throws Exception {
    return forebay.call(
        ROUTE,
        Forebay.request().priority(Priority.BATCH).deadline(Duration.ofSeconds(30)),
        target -> ask(target, document));
  }

  /** One attempt. Forebay decides by its status whether and where there is another. */
  private static String ask(WorkTarget target, String document)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(target.endpoint() + "/" + target.model().orElseThrow()))
                .timeout(target.remaining())
                .POST(HttpRequest.BodyPublishers.ofString(document))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new WorkStatusException(answer.statusCode(), answer.body());
    }
    return answer.body();
  }
}
