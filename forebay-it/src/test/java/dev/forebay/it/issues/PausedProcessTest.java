package dev.forebay.it.issues;

import static dev.forebay.it.issues.TimedUpstream.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import dev.forebay.it.issues.TimedUpstream.Script;
import dev.forebay.it.process.Signals;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway whose process is stopped for longer than any limit of its calls counts no failure for
 * it: all calls under way, and those that come meanwhile, are answered, at the first attempt.
 */
class PausedProcessTest {
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Vertx VERTX = Vertx.vertx();
  private static final Pattern ADDRESS = Pattern.compile("listens on (http://\\S+)");

  @TempDir private Path folder;

  @AfterAll
  static void stop() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aStoppedProcessBlamesNoTarget() throws Exception {
    try (TimedUpstream upstream =
            new TimedUpstream(
                VERTX,
                Ticker.system(),
                (self, request) ->
                    self.play(
                        request,
                        Objects.requireNonNull(request.path()).endsWith("converse")
                            ? Script.answer(1)
                            : stream()));
        Http http = new Http()) {
      Process process = serve(upstream.endpoint());
      try {
        URI gateway = address(process);
        warmUp(http, gateway);
        int before = upstream.paths().size();

        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          calls.add(call(http, gateway, "converse"));
          calls.add(call(http, gateway, "converse-stream"));
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> upstream.paths().size() == before + 20);
        assertThat(Signals.send(process.pid(), "-STOP")).isTrue();
        for (int i = 0; i < 10; i++) {
          calls.add(call(http, gateway, "converse"));
        }
        HttpRequest probe = Http.within(PAUSE, Http.get(gateway.resolve("/healthz")));
        assertThatThrownBy(() -> http.text(probe))
            .as("a probe gives up at the end of the pause")
            .isInstanceOf(HttpTimeoutException.class);
        assertThat(Signals.send(process.pid(), "-CONT")).isTrue();

        assertAnswered(calls);
        assertThat(upstream.paths()).as("one attempt each").hasSize(before + 30);
        assertThat(http.text(Http.get(gateway.resolve("/api/status"))).body())
            .contains("\"breaker\" : \"closed\"");
      } finally {
        process.destroyForcibly().waitFor();
      }
    }
  }

  /** A fresh process on a busy machine loads its classes first. */
  private static void warmUp(Http http, URI gateway) {
    for (String operation : List.of("converse", "converse-stream")) {
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> call(http, gateway, operation).join().statusCode() == 200);
    }
  }

  private static void assertAnswered(List<CompletableFuture<HttpResponse<String>>> calls) {
    for (CompletableFuture<HttpResponse<String>> call : calls) {
      HttpResponse<String> answer = call.orTimeout(60, TimeUnit.SECONDS).join();
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).doesNotContain("xception").contains("Tokens");
      assertThat(Http.header(answer, "x-forebay-attempts")).isEqualTo("1");
    }
  }

  /** Life, content and end, each shorter after the last one than its limit. */
  private static Script stream() {
    return new Script()
        .at(1, event("messageStart", "{'role':'assistant'}"))
        .at(2, event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'a'}}"))
        .at(3, event("messageStop", "{'stopReason':'end_turn'}"))
        .at(3, event("metadata", "{'usage':{'inputTokens':3,'outputTokens':4,'totalTokens':7}}"));
  }

  private Process serve(String upstream) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("forebay.yaml"),
            """
            server: { port: 0 }
            targets:
              one: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%s", credentials: anonymous, timeouts: { firstFrame: 8s, firstToken: 8s, idle: 8s, total: 9s } }
            routes:
              m: { tiers: [[one]], deadline: 8s }
            """
                .formatted(upstream));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.forebay.cli.Main",
            "serve",
            "--config",
            config.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static URI address(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher address = ADDRESS.matcher(line);
      if (address.find()) {
        return URI.create(address.group(1));
      }
    }
    throw new AssertionError("the gateway ended");
  }

  private static CompletableFuture<HttpResponse<String>> call(
      Http http, URI gateway, String operation) {
    return http.textAsync(
        Http.post(gateway.resolve("/model/m/" + operation), TimedGateway.CONVERSE.formatted("")));
  }
}
