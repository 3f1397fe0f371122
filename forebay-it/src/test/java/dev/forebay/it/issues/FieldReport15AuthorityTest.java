package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.it.WireUpstream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A company's own certificate authority is trusted where the configuration or AWS's variable says
 * so.
 */
class FieldReport15AuthorityTest {
  @TempDir static Path folder;
  private static TestAuthority authority;
  private static WireUpstream bedrock;

  @BeforeAll
  static void start() throws Exception {
    authority = TestAuthority.in(folder);
    bedrock =
        WireUpstream.answering(
            authority.serverFor("ip:127.0.0.1"),
            (connection, request) -> connection.json(200, WireUpstream.CONVERSE));
  }

  @AfterAll
  static void stop() {
    bedrock.close();
  }

  @Test
  void byTheEnvironment() throws Exception {
    assertThat(status("", Map.of("AWS_CA_BUNDLE", authority.pem().toString()))).isEqualTo(200);
  }

  @Test
  void byAKeyOfTheTarget() throws Exception {
    assertThat(status(", ca: \"" + authority.pem() + "\"", Map.of())).isEqualTo(200);
  }

  @Test
  void byNeither() throws Exception {
    assertThat(status("", Map.of())).isEqualTo(503);
  }

  private static int status(String target, Map<String, String> env) throws Exception {
    String endpoint = "https://127.0.0.1:" + bedrock.port();
    try (WireGateway gateway = new WireGateway(WireGateway.one(endpoint, target), env)) {
      return gateway.converse().statusCode();
    }
  }
}
