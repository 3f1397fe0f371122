package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.forebay.config.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/** The gateway's own port over TLS. */
class TlsTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final Map<String, String> ENV = Map.of("WEB", KeyedGateway.WEB_SECRET);

  @TempDir private static Path made;
  private static List<ServerCertificate> certificates = List.of();

  @TempDir private Path folder;

  @BeforeAll
  static void make() throws Exception {
    certificates =
        List.of(
            ServerCertificate.make(made, "first", "EC"),
            ServerCertificate.make(made, "second", "RSA"));
  }

  @BeforeEach
  void place() throws Exception {
    place(certificates.getFirst());
  }

  @Test
  void theSyncClientCallsOverHttps() throws Exception {
    try (LiveGateway gateway = gateway();
        BedrockRuntimeClient client =
            BedrockRuntimeClient.builder()
                .endpointOverride(endpoint(gateway))
                .credentialsProvider(credentials())
                .httpClientBuilder(
                    UrlConnectionHttpClient.builder()
                        .tlsTrustManagersProvider(() -> trust(certificates.getFirst())))
                .build()) {
      assertThat(client.converse(Calls.converse("chat")).stopReasonAsString())
          .isEqualTo("end_turn");
    }
  }

  @Test
  void theAsyncClientStreamsOverHttp2() throws Exception {
    try (LiveGateway gateway = gateway();
        BedrockRuntimeAsyncClient client =
            BedrockRuntimeAsyncClient.builder()
                .endpointOverride(endpoint(gateway))
                .credentialsProvider(credentials())
                .httpClientBuilder(
                    NettyNioAsyncHttpClient.builder()
                        .tlsTrustManagersProvider(() -> trust(certificates.getFirst())))
                .build()) {
      Received received = new Received();

      client
          .converseStream(Calls.converseStream("chat"), received.converse())
          .get(20, TimeUnit.SECONDS);

      assertThat(received.stopReason()).isEqualTo("end_turn");
      assertThat(received.text()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "http/1.1"})
  void alpnAgreesOnEitherProtocol(String protocol) throws Exception {
    try (LiveGateway gateway = gateway();
        SSLSocket socket = socket(gateway, certificates.getFirst(), protocol)) {
      assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
    }
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1, ' b', 400", "HTTP/1.2, 'X: y', 505"})
  void whatIsRefusedInPlaintextIsRefusedOverTls(String version, String line, int status)
      throws Exception {
    try (LiveGateway gateway = gateway();
        SSLSocket socket = socket(gateway, certificates.getFirst(), "http/1.1")) {
      String request =
          "GET /healthz %s\r\nHost: localhost\r\nX-Folded: a\r\n%s\r\n\r\n"
              .formatted(version, line);
      socket.getOutputStream().write(request.getBytes(UTF_8));

      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 %d ".formatted(status));
    }
  }

  @Test
  void aChangedCertificateIsShownToNewConnectionsAndOldOnesGoOn() throws Exception {
    ServerCertificate second = certificates.getLast();
    try (LiveGateway gateway = gateway();
        SSLSocket old = socket(gateway, certificates.getFirst(), "http/1.1")) {
      assertThat(ask(old)).startsWith("HTTP/1.1 200 OK");

      place(second);
      await()
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> shown(gateway, second).equals(second.certificate()));

      assertThat(ask(old)).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void aKeyThatDoesNotFitYetIsReportedAndTheOldOneStaysUntilItDoes() throws Exception {
    ServerCertificate first = certificates.getFirst();
    ServerCertificate second = certificates.getLast();
    try (LiveGateway gateway = gateway()) {
      Files.writeString(folder.resolve("tls.crt"), second.certificatePem());
      await().until(() -> gateway.metrics().contains("forebay_config_stale 1.0"));
      assertThat(shown(gateway, first)).isEqualTo(first.certificate());

      Files.writeString(folder.resolve("tls.key"), second.keyPem());
      await().until(() -> gateway.metrics().contains("forebay_config_stale 0.0"));
      assertThat(shown(gateway, second)).isEqualTo(second.certificate());
    }
  }

  @Test
  void badFilesAreRefusedAtTheStartWithPlaceAndRemedy() throws Exception {
    Files.writeString(folder.resolve("tls.key"), certificates.getLast().keyPem());
    assertThatThrownBy(this::gateway)
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching(
            "(?s).*forebay.yaml:3:13: server.tls.key: the key in '.*tls.key' is not that of the"
                + " first certificate in '.*tls.crt'; name the two that belong together.*");

    Files.writeString(folder.resolve("tls.crt"), "hello");
    assertThatThrownBy(this::gateway)
        .hasMessageMatching(
            "(?s).*server.tls.certificate: '.*tls.crt' holds no certificate.*; name a file of"
                + " certificates in PEM");

    Files.delete(folder.resolve("tls.crt"));
    assertThatThrownBy(this::gateway)
        .hasMessageMatching(
            "(?s).*server.tls.certificate: the file '.*tls.crt' cannot be read; check its name and"
                + " permissions");

    Files.writeString(folder.resolve("tls.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
    assertThatThrownBy(this::gateway).hasMessageContaining("convert it: openssl pkcs8");
  }

  private void place(ServerCertificate certificate) throws Exception {
    Files.writeString(folder.resolve("tls.crt"), certificate.certificatePem());
    Files.writeString(folder.resolve("tls.key"), certificate.keyPem());
  }

  /** With a key, so that signatures over TLS are checked as well. */
  private LiveGateway gateway() throws IOException {
    return new LiveGateway(
        folder.resolve("forebay.yaml"),
        """
        server: { port: 0, tls: {
            certificate: "%1$s/tls.crt",
            key:    "%1$s/tls.key" } }
        targets:
          one: { region: us-east-1, model: "amazon.nova-lite-v1:0", endpoint: "%2$s", credentials: anonymous }
        routes:
          chat: { tiers: [[one]], deadline: 20s }
        auth:
          keys: [ { name: web, accessKeyId: FBWEB, secret: "${WEB}" } ]
        """
            .formatted(folder, stack.emulator().endpoint()),
        ENV);
  }

  private static URI endpoint(LiveGateway gateway) {
    return URI.create("https://127.0.0.1:" + gateway.port());
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(KeyedGateway.WEB_ID, KeyedGateway.WEB_SECRET));
  }

  private static TrustManager[] trust(ServerCertificate certificate) {
    try {
      return certificate.trust();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate shown(LiveGateway gateway, ServerCertificate trusted)
      throws Exception {
    try (SSLSocket socket = socket(gateway, trusted, "http/1.1")) {
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static SSLSocket socket(LiveGateway gateway, ServerCertificate trusted, String protocol)
      throws Exception {
    SSLContext context = trusted.trustingContext();
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), gateway.port());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }

  private static String ask(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (answer.indexOf("ok\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        break;
      }
      answer.append((char) next);
    }
    return answer.toString();
  }
}
