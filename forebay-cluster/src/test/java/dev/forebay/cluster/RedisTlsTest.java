package dev.forebay.cluster;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store behind TLS, with a certificate of an authority that the platform does not know. */
class RedisTlsTest {
  @TempDir private Path folder;
  private TestCertificate certificate;
  private RedisProcesses processes;
  private int port;

  @BeforeEach
  void start() throws IOException {
    certificate = TestCertificate.make(folder);
    processes = new RedisProcesses(certificate);
    port = processes.server(folder);
  }

  @AfterEach
  void stop() {
    processes.close();
  }

  @Test
  void aConfiguredAuthorityIsTrusted() {
    eventually(() -> assertThat(failure("ca: " + certificate.certificate())).isEmpty());
  }

  @Test
  void anUnknownAuthorityIsReportedWithTheRemedy() {
    eventually(
        () ->
            assertThat(failure("prefix: test"))
                .startsWith(
                    "the store's certificate is not trusted, or it speaks no TLS: name its"
                        + " authority"));
  }

  /** A machine that is busy may take longer for the first handshake than the store is given. */
  private static void eventually(ThrowingRunnable asserted) {
    await().atMost(Duration.ofMinutes(1)).untilAsserted(asserted);
  }

  /** What is said of an operation; empty if it succeeds. */
  private String failure(String key) {
    ClusterConfig config =
        ConfigFile.parse(
                """
                targets: { a: { region: us-east-1, model: amazon.nova-lite-v1:0 } }
                routes: { chat: { tiers: [[a]] } }
                cluster: { url: "rediss://127.0.0.1:%d", %s }
                """
                    .formatted(port, key),
                "forebay.yaml",
                Map.of())
            .cluster()
            .orElseThrow();
    try (RedisStore store = new RedisStore(config)) {
      return store
          .alive("a")
          .<String>handle((members, failed) -> failed == null ? "" : StoreFailure.of(failed))
          .toCompletableFuture()
          .orTimeout(Duration.ofSeconds(20).toMillis(), MILLISECONDS)
          .join();
    }
  }
}
