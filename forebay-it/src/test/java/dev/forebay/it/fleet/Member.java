package dev.forebay.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cli.Main;
import dev.forebay.it.crash.Crew;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A gateway as a process of its own, that can be killed and started again at the same port. */
final class Member {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path config;
  private final int port;
  private @Nullable Crew process;
  private CountDownLatch ready = new CountDownLatch(1);

  /**
   * Writes its configuration.
   *
   * @param store the port of its way to the store; 0: it knows of none
   */
  Member(Path folder, String name, URI emulator, int store) throws IOException {
    this.port = Rig.freePort();
    this.config = folder.resolve(name + ".yaml");
    String cluster =
        store == 0
            ? ""
            : "cluster: { url: \"redis://:${STORE_PASSWORD}@127.0.0.1:%d\", members: %d }"
                .formatted(store, Rig.MEMBERS);
    Files.writeString(
        config,
        """
        server: { port: %d }
        %s
        targets:
          narrow: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous, quota: { tokensPerMinute: %d } }
          wide: { region: us-east-1, model: "amazon.nova-micro-v1:0", endpoint: "%4$s", credentials: anonymous, quota: { tokensPerMinute: 100000000 } }
        routes:
          chat: { tiers: [[narrow]], deadline: %ds }
          wide: { tiers: [[wide]], deadline: %6$ds }
        """
            .formatted(
                port,
                cluster,
                Rig.NARROW,
                emulator,
                Rig.tokensPerMinute(),
                Load.DEADLINE.toSeconds()));
  }

  int port() {
    return port;
  }

  long pid() {
    if (process == null) {
      throw new IllegalStateException("it does not run");
    }
    return process.pid();
  }

  /** Starts it; {@link #awaitReady} tells when it answers. */
  void launch() {
    CountDownLatch started = new CountDownLatch(1);
    ready = started;
    process =
        new Crew(
            Main.class,
            List.of("serve", "--config", config.toString()),
            line -> {
              if (line.startsWith("Metrics:")) {
                started.countDown();
              }
            });
  }

  void awaitReady() {
    if (process == null) {
      throw new IllegalStateException("it does not run");
    }
    assertThat(process.isReady(ready, PATIENCE)).as(process.lastWords()).isTrue();
  }

  /** What its status page says of the store: whether it answers, and why not. */
  String store() {
    URI page = URI.create("http://127.0.0.1:" + port + "/api/status");
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
      HttpRequest request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(2)).build();
      String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      JsonObject cluster = new JsonObject(body).getJsonObject("cluster");
      return cluster.getBoolean("reachable") ? "answers" : cluster.getString("lastFailure");
    } catch (IOException e) {
      return "no status";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "no status";
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    if (process != null) {
      process.kill();
      process = null;
    }
  }
}
