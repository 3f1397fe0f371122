package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.config.ConfigFile;
import dev.forebay.core.Seam;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.gateway.Gateway;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A gateway whose route takes calls that are answered later, and a client without an SDK. */
final class QueuedGateway implements AutoCloseable {
  static final String MODEL = "only.this-model";
  static final String WEB = "web-secret-0123456789";
  static final String OTHER = "other-secret-0123456789";
  static final String ADMIN = "admin-secret-0123456789";
  static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}],"
          + "\"inferenceConfig\":{\"maxTokens\":100}}";

  private final Http http = new Http();
  private final JobStore store;
  private final Gateway gateway;

  QueuedGateway(Stack stack, JobStore store) {
    this(stack, store, stack.emulator().endpoint(), "", "");
  }

  /**
   * Any upstream behind it.
   *
   * @param target more keys of the target
   * @param sections more sections of the configuration
   */
  QueuedGateway(Stack stack, JobStore store, URI upstream, String target, String sections) {
    this.store = store;
    String jobs = sections.contains("jobs:") ? "" : "jobs: { store: \"sqlite:elsewhere\" }\n";
    gateway =
        stack.start(
            ConfigFile.parse(
                """
                server: { port: 0 }
                targets:
                  one: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: "%s", credentials: anonymous%s }
                routes:
                  %s:
                    tiers: [[one]]
                    deadline: 10s
                    retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none, maxAttempts: 1 }
                    queue: { expireAfter: 1h }
                  plain.model: { tiers: [[one]] }
                %s%s
                """
                    .formatted(upstream, target, MODEL, jobs, sections),
                "queued.yaml",
                Map.of("WEB", WEB, "OTHER", OTHER, "ADMIN", ADMIN, "CALLBACK", "callback-secret")),
            JourneyListener.NONE,
            Optional.of(store));
  }

  /** A store in a file of that folder. */
  static JobStore storeIn(Path folder) {
    return JobStores.open(
        "sqlite:" + folder.resolve("jobs.db"), StoreLimits.DEFAULTS, QueuedGateway::now);
  }

  @Seam("stores that several processes share have the time of day")
  static Instant now() {
    return Instant.now();
  }

  Gateway gateway() {
    return gateway;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + gateway.port());
  }

  HttpResponse<byte[]> converse(String... headers) throws IOException, InterruptedException {
    return post("/model/" + MODEL + "/converse", BODY, headers);
  }

  HttpResponse<byte[]> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return http.bytes(Http.postJson(endpoint().resolve(path), body, headers));
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    return http.bytes(Http.get(endpoint().resolve(path), headers));
  }

  HttpResponse<byte[]> delete(String path, String... headers)
      throws IOException, InterruptedException {
    return http.bytes(Http.request("DELETE", endpoint().resolve(path), "", headers));
  }

  /** Leaves a call for later and returns its path. */
  String enqueue(String... headers) throws IOException, InterruptedException {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "prefer";
    all[1] = "respond-async";
    HttpResponse<byte[]> accepted = converse(all);
    if (accepted.statusCode() != 202) {
      throw new AssertionError(accepted.statusCode() + " " + new String(accepted.body(), UTF_8));
    }
    return accepted.headers().firstValue("location").orElseThrow();
  }

  String state(String job, String... headers) throws IOException, InterruptedException {
    return json(get(job, headers)).getString("state");
  }

  static JsonObject json(HttpResponse<byte[]> response) {
    return new JsonObject(new String(response.body(), UTF_8));
  }

  @Override
  public void close() {
    gateway.close().toCompletionStage().toCompletableFuture().join();
    store.close();
    http.close();
  }
}
