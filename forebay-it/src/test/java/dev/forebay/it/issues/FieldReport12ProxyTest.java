package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.WireUpstream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An endpoint that only a proxy resolves is reached through it. */
class FieldReport12ProxyTest {
  private static final String NAME = "bedrock.only-the-proxy-knows.example";
  private static final String BY_TUNNEL = "https://" + NAME;
  private static final String IN_PLAIN_TEXT = "http://" + NAME + ":8080/base";

  @TempDir static Path folder;
  private static TestAuthority authority;
  private static WireUpstream bedrock;

  @SuppressWarnings("NullAway") // The method before all tests has set it.
  private final TestProxy proxy = new TestProxy(bedrock.port(), null);

  @BeforeAll
  static void startBedrock() throws Exception {
    authority = TestAuthority.in(folder);
    bedrock =
        WireUpstream.answering(
            authority.serverFor("dns:" + NAME),
            (connection, request) -> connection.json(200, WireUpstream.CONVERSE));
  }

  @AfterAll
  static void stopBedrock() {
    bedrock.close();
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPS_PROXY", "https_proxy"})
  void httpsGoesThroughATunnel(String variable) throws Exception {
    assertThat(status(BY_TUNNEL, "", Map.of(variable, proxy.address()))).isEqualTo(200);

    assertThat(proxy.seen())
        .extracting(WireUpstream.Seen::line)
        .containsExactly("CONNECT " + NAME + ":443 HTTP/1.1");
    assertThat(bedrock.seen().getLast().line()).isEqualTo("POST /model/m-v1/converse HTTP/1.1");
    assertThat(bedrock.seen().getLast().headers()).containsEntry("host", NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_PROXY", "http_proxy"})
  void httpGoesByTheWholeAddress(String variable) throws Exception {
    assertThat(status(IN_PLAIN_TEXT, "", Map.of(variable, proxy.address()))).isEqualTo(200);

    assertThat(proxy.seen())
        .extracting(WireUpstream.Seen::line)
        .containsExactly("POST " + IN_PLAIN_TEXT + "/model/m-v1/converse HTTP/1.1");
    assertThat(proxy.seen().getFirst().headers()).containsEntry("host", NAME + ":8080");
  }

  @ParameterizedTest
  @ValueSource(strings = {BY_TUNNEL, IN_PLAIN_TEXT})
  void aTargetHasAProxyOfItsOwn(String endpoint) throws Exception {
    String own = ", proxy: \"" + proxy.address() + "\"";
    Map<String, String> env =
        Map.of(
            "HTTPS_PROXY",
            "http://127.0.0.1:1",
            "HTTP_PROXY",
            "http://127.0.0.1:1",
            "NO_PROXY",
            "*");

    assertThat(status(endpoint, own, env)).isEqualTo(200);
    assertThat(proxy.seen()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {BY_TUNNEL, IN_PLAIN_TEXT})
  void aPasswordGoesToTheProxyAndNowhereElse(String endpoint) throws Exception {
    try (TestProxy strict = new TestProxy(bedrock.port(), "p@ss:w/rd")) {
      String own = ", proxy: \"http://forebay:${PASSWORD}@127.0.0.1:" + strict.portNumber() + "\"";

      assertThat(status(endpoint, own, Map.of("PASSWORD", "p@ss:w/rd"))).isEqualTo(200);
      assertThat(bedrock.seen().toString()).doesNotContain("proxy-authorization");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https://127.0.0.1:PORT, ''",
    "https://localhost:PORT, ''",
    "https://localhost:PORT, ', proxy: none'",
  })
  void aLoopbackEndpointIsReachedDirectly(String endpoint, String target) throws Exception {
    try (WireUpstream local =
        WireUpstream.answering(
            authority.serverFor("ip:127.0.0.1,dns:localhost"),
            (connection, request) -> connection.json(200, WireUpstream.CONVERSE))) {
      String there = endpoint.replace("PORT", "" + local.port());

      assertThat(status(there, target, Map.of("HTTPS_PROXY", proxy.address()))).isEqualTo(200);
      assertThat(proxy.seen()).isEmpty();
      int elsewhere = status(there, ", proxy: \"" + proxy.address() + "\"", Map.of());
      assertThat(elsewhere).as("the proxy leads to a server of another name").isEqualTo(503);
      assertThat(proxy.seen()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NAME, ".example", "*", "other.test, " + NAME + ":443"})
  void noProxyIsObeyed(String exempt) throws Exception {
    int status = status(BY_TUNNEL, "", Map.of("HTTPS_PROXY", proxy.address(), "no_proxy", exempt));

    assertThat(status).as("no other server knows the name").isEqualTo(503);
    assertThat(proxy.seen()).isEmpty();
  }

  @Test
  void connectionsThroughTheProxyAreKept() throws Exception {
    try (WireGateway gateway = gateway(BY_TUNNEL, "", Map.of("HTTPS_PROXY", proxy.address()))) {
      for (int i = 0; i < 5; i++) {
        assertThat(gateway.converse().statusCode()).isEqualTo(200);
      }
    }
    assertThat(proxy.seen().size()).isLessThan(5);
  }

  @Test
  void whatTheProxyRefusesIsSaid() throws Exception {
    try (TestProxy closed = new TestProxy(0, null);
        TestProxy strict = new TestProxy(bedrock.port(), "secret-of-the-proxy")) {
      assertThat(message(BY_TUNNEL, closed.address())).contains(NAME).contains("refused (403)");
      assertThat(message(BY_TUNNEL, strict.address().replace("//", "//forebay:wrong-secret@")))
          .contains("407")
          .doesNotContain("wrong-secret");
      assertThat(message(BY_TUNNEL, "http://127.0.0.1:1")).contains("connection refused");
    }
  }

  private static String message(String endpoint, String proxy) throws Exception {
    try (WireGateway gateway = gateway(endpoint, "", Map.of("HTTPS_PROXY", proxy))) {
      HttpResponse<byte[]> answer = gateway.converse();
      assertThat(answer.statusCode()).isEqualTo(503);
      return WireGateway.text(answer);
    }
  }

  private static int status(String endpoint, String target, Map<String, String> env)
      throws Exception {
    try (WireGateway gateway = gateway(endpoint, target, env)) {
      return gateway.converse().statusCode();
    }
  }

  private static WireGateway gateway(String endpoint, String target, Map<String, String> env) {
    Map<String, String> all = new HashMap<>(env);
    all.put("AWS_CA_BUNDLE", authority.pem().toString());
    return new WireGateway(WireGateway.one("m-v1", endpoint, target, ""), all);
  }

  /** Names that every test of this class uses are known to no resolver. */
  @Test
  void withoutAProxyTheNameIsNotFound() throws Exception {
    assertThat(status(BY_TUNNEL, "", Map.of())).isEqualTo(503);
    assertThat(proxy.seen()).isEmpty();
  }
}
