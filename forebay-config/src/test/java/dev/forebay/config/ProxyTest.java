package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
  private static final String TARGET = "region: us-east-1, model: m, ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://proxy.example:3128   | proxy.example:3128
          HTTP://proxy.example        | proxy.example:80
          proxy.example:3128          | proxy.example:3128
          http://proxy.example:3128/  | proxy.example:3128
          http://[::1]:3128           | ::1:3128
          http://10.0.0.1:8080        | 10.0.0.1:8080
          """)
  void addressesAreRead(String text, String proxy) {
    assertThat(of(TARGET + "proxy: \"" + text + "\"", Map.of()).map(ProxyConfig::toString))
        .contains(proxy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          socks5://proxy.example:1080 | is not the address of an HTTP proxy; write one such as http://proxy.example:3128
          https://proxy.example:443   | is not the address of an HTTP proxy; write one such as http://proxy.example:3128
          http://                     | has no valid host and port; write one such as http://proxy.example:3128
          http://proxy.example:0      | has no valid port; write one such as http://proxy.example:3128
          http://proxy.example:99999  | has no valid port; write one such as http://proxy.example:3128
          http://proxy.example/path   | has no valid host and port; write one such as http://proxy.example:3128
          http://u:secret@proxy:3128  | has a password written in the file; secrets only by reference: ${PASSWORD}
          """)
  void otherThingsAreRefusedWithTheirPlace(String text, String problem) {
    assertThat(Examples.refusal(Examples.target(TARGET + "proxy: \"" + text + "\"")))
        .isEqualTo("forebay.yaml:2:43: targets.a.proxy: " + problem);
  }

  @ParameterizedTest
  @CsvSource({"p@ss:w/rd, p@ss:w/rd", "p%40ss, p@ss", "50%off, 50%off", "a+b, a+b"})
  void aPasswordByReferenceIsReadAndNeverShown(String given, String password) {
    Optional<ProxyConfig> proxy =
        of(TARGET + "proxy: \"http://user:${PASSWORD}@p:1\"", Map.of("PASSWORD", given));

    assertThat(proxy.orElseThrow().credentials().orElseThrow().user()).isEqualTo("user");
    assertThat(proxy.orElseThrow().credentials().orElseThrow().password().reveal())
        .isEqualTo(password);
    assertThat(proxy.toString()).doesNotContain(password).doesNotContain("user");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://a.example           | HTTPS_PROXY=s:1               | s:1
          https://a.example           | https_proxy=s:1;HTTPS_PROXY=t:1 | s:1
          https://a.example           | https_proxy=;HTTPS_PROXY=t:1  | t:1
          https://a.example           | HTTP_PROXY=s:1                |
          http://a.example            | HTTP_PROXY=s:1                | s:1
          http://a.example            | HTTPS_PROXY=s:1               |
          https://127.0.0.1:1         | HTTPS_PROXY=s:1               |
          https://127.9.9.9:1         | HTTPS_PROXY=s:1               |
          https://localhost:1         | HTTPS_PROXY=s:1               |
          https://[::1]:1             | HTTPS_PROXY=s:1               |
          https://a.example           | HTTPS_PROXY=s:1;NO_PROXY=*    |
          https://a.example           | HTTPS_PROXY=s:1;no_proxy=b, A.example |
          https://x.a.example         | HTTPS_PROXY=s:1;NO_PROXY=a.example |
          https://x.a.example         | HTTPS_PROXY=s:1;NO_PROXY=.a.example |
          https://x.a.example         | HTTPS_PROXY=s:1;NO_PROXY=*.a.example |
          https://xa.example          | HTTPS_PROXY=s:1;NO_PROXY=a.example | s:1
          https://a.example           | HTTPS_PROXY=s:1;NO_PROXY=a.example:443 |
          https://a.example           | HTTPS_PROXY=s:1;NO_PROXY=a.example:8443 | s:1
          https://a.example:8443      | HTTPS_PROXY=s:1;NO_PROXY=a.example:8443 |
          https://10.1.2.3            | HTTPS_PROXY=s:1;NO_PROXY=10.0.0.0/8 |
          https://11.1.2.3            | HTTPS_PROXY=s:1;NO_PROXY=10.0.0.0/8 | s:1
          https://10.1.2.3            | HTTPS_PROXY=s:1;NO_PROXY=10.1.2.3 |
          https://10.1.2.30           | HTTPS_PROXY=s:1;NO_PROXY=10.1.2.3 | s:1
          https://[fd00::5]           | HTTPS_PROXY=s:1;NO_PROXY=fd00::/8 |
          https://[fd00::5]           | HTTPS_PROXY=s:1;NO_PROXY=[fd00::5]:443 |
          https://10.1.2.3            | HTTPS_PROXY=s:1;NO_PROXY=10.0.0.0/x,/,:,10.0.0.0/99 | s:1
          https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com | HTTPS_PROXY=s:1;NO_PROXY=amazonaws.com |
          """)
  void theEnvironmentIsHonoured(String endpoint, String env, String proxy) {
    Map<String, String> variables = new HashMap<>();
    for (String one : env.split(";", -1)) {
      variables.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }

    assertThat(of(TARGET + "endpoint: \"" + endpoint + "\"", variables).map(ProxyConfig::toString))
        .isEqualTo(Optional.ofNullable(proxy));
  }

  @Test
  void noneTurnsItOff() {
    assertThat(of(TARGET + "proxy: none", Map.of("HTTPS_PROXY", "s:1"))).isEmpty();
  }

  @Test
  void aBrokenVariableIsRefusedByItsName() {
    assertThat(
            Examples.message(
                () ->
                    ConfigFile.parse(
                        Examples.SMALLEST,
                        "forebay.yaml",
                        Map.of("HTTPS_PROXY", "socks5://secret.example:1"))))
        .isEqualTo(
            "forebay.yaml: HTTPS_PROXY: is not the address of an HTTP proxy; write one such as"
                + " http://proxy.example:3128");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://a.example      | https.proxyHost=p                     | p:443
          https://a.example      | https.proxyHost=p;https.proxyPort=8080| p:8080
          http://a.example       | http.proxyHost=p                      | p:80
          https://a.example      | http.proxyHost=p                      | env:1
          https://a.corp.example | https.proxyHost=p;http.nonProxyHosts=x!*.corp.example |
          https://10.2.3.4       | https.proxyHost=p;http.nonProxyHosts=10.* |
          """)
  void thePropertiesOfTheJvmGoFirst(String endpoint, String given, String proxy) {
    Map<String, String> properties = new HashMap<>();
    for (String one : given.replace("!", "|").split(";", -1)) {
      properties.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
    }
    Diagnostics reading = new Diagnostics("forebay.yaml", Map.of());
    Surroundings surroundings =
        new Surroundings(Map.of("HTTPS_PROXY", "env:1"), properties::get, reading);

    assertThat(surroundings.proxyFor(URI.create(endpoint)).map(ProxyConfig::toString))
        .isEqualTo(Optional.ofNullable(proxy));
  }

  @Test
  void anAuthorityThatCannotBeReadIsRefused() {
    assertThat(Examples.refusal(Examples.target(TARGET + "ca: /no/such/file.pem")))
        .isEqualTo(
            "forebay.yaml:2:40: targets.a.ca: the file '/no/such/file.pem' cannot be read; check"
                + " its name and permissions");
    assertThat(
            Examples.message(
                () ->
                    ConfigFile.parse(
                        Examples.SMALLEST,
                        "forebay.yaml",
                        Map.of("AWS_CA_BUNDLE", "/no/such/file.pem"))))
        .startsWith("forebay.yaml: AWS_CA_BUNDLE: the file '/no/such/file.pem' cannot be read");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
  void aFileWithoutCertificatesIsNoAuthority(String text, @TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), text);

    assertThat(Examples.refusal(Examples.target(TARGET + "ca: \"" + file + "\"")))
        .startsWith("forebay.yaml:2:40: targets.a.ca: '" + file + "' holds no certificate");
  }

  private static Optional<ProxyConfig> of(String target, Map<String, String> env) {
    GatewayConfig config = ConfigFile.parse(Examples.target(target), "forebay.yaml", env);
    return List.copyOf(config.targets().values()).getFirst().wire().proxy();
  }
}
