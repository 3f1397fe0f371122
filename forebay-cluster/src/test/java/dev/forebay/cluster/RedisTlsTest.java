package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.ConfigFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store behind TLS, with a certificate of an authority that the platform does not know. */
class RedisTlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path folder;
  private final TestRedis redis = TestRedis.start();
  private SSLServerSocket server;

  @BeforeEach
  void listen() throws Exception {
    Path keys = folder.resolve("keys.p12");
    keytool("-genkeypair", "-keystore", keys.toString(), "-alias", "store", "-keyalg", "EC");
    keytool("-exportcert", "-keystore", keys.toString(), "-alias", "store", "-rfc", "-file", pem());
    KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread unused = Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    redis.close();
  }

  @Test
  void aConfiguredAuthorityIsTrusted() {
    eventually(() -> assertThat(failure("ca: " + pem())).isEmpty());
  }

  @Test
  void anUnknownAuthorityIsReportedWithTheRemedy() {
    eventually(
        () ->
            assertThat(failure("prefix: test"))
                .startsWith(
                    "the store's certificate is not trusted, or it speaks no TLS: name its authority"));
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
                    .formatted(server.getLocalPort(), key),
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

  private String pem() {
    return folder.resolve("ca.pem").toString();
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", new String(PASSWORD)));
    if (arguments[0].equals("-genkeypair")) {
      command.addAll(List.of("-dname", "CN=store", "-ext", "san=ip:127.0.0.1"));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket from = server.accept();
        Socket to = new Socket(InetAddress.getLoopbackAddress(), redis.port());
        var unused = Thread.ofVirtual().start(() -> copy(from, to));
        unused = Thread.ofVirtual().start(() -> copy(to, from));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream()) {
      byte[] buffer = new byte[4_096];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One of the two has left.
    }
  }
}
