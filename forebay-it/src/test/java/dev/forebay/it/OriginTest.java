package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Web pages in a browser on the gateway's machine neither spend its quota nor read its answers: by
 * the Host that a rebound name sends, by Origin, and by fetch metadata.
 */
class OriginTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
  private static final String CONVERSE = "/model/" + Stack.MODEL + "/converse";

  /** Every kind of path, and what it answers to those who may ask. */
  private static final Map<String, Integer> READS =
      Map.of(
          "/healthz", 200,
          "/readyz", 200,
          "/metrics", 200,
          "/api/status", 200,
          "/dashboard", 200,
          "/dashboard/app.js", 200,
          "/async-invoke", 200,
          "/nothing", 404);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          localhost                 |
          LOCALHOST                 |
          localhost.                |
          localhost:PORT            |
          app.localhost:PORT        |
          127.0.0.1                 |
          127.0.0.1:PORT            |
          127.8.9.10:1              |
          [::1]                     |
          [::1]:PORT                |
          [0:0:0:0:0:0:0:1]:PORT    |
          gateway.internal          |
          Gateway.Internal:9        |
          127.0.0.1:PORT            | Origin: http://127.0.0.1:PORT
          localhost:PORT            | Origin: http://localhost:PORT
          localhost                 | Origin: http://localhost
          localhost:443             | Origin: https://localhost
          gateway.internal          | Origin: https://gateway.internal
          127.0.0.1:PORT            | Sec-Fetch-Site: same-origin
          127.0.0.1:PORT            | Sec-Fetch-Site: none
          127.0.0.1:PORT            | Sec-Fetch-Site: same-site
          127.0.0.1:PORT            | Origin: https://app.example.com
          127.0.0.1:PORT            | Origin: https://APP.example.com:443;Sec-Fetch-Site: cross-site
          """)
  void programsAndItsOwnPagesPass(String host, @Nullable String headers) throws Exception {
    Gateway gateway =
        start("hosts: [gateway.internal], corsOrigins: [\"https://app.example.com\"]");

    assertThat(post(gateway, host, headers)).isEqualTo(200);
    READS.forEach(
        (path, status) -> assertThat(get(gateway, path, host, headers)).as(path).isEqualTo(status));
    close(gateway);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          evil.example              |
          evil.example:PORT         |
          localhost.evil.example    |
          127.0.0.1.evil.example    |
          127.0.0.1.nip.io:PORT     |
          evillocalhost             |
          2130706433                |
          0177.0.0.1                |
          10.0.0.1                  |
          192.168.0.1:PORT          |
          169.254.169.254           |
          [::2]                     |
          [fe80::1]                 |
          0.0.0.0                   |
          127.0.0.1:PORT            | Origin: http://evil.example
          127.0.0.1:PORT            | Origin: http://127.0.0.1
          127.0.0.1:PORT            | Origin: http://127.0.0.1:3000
          127.0.0.1:PORT            | Origin: http://localhost:PORT
          127.0.0.1:PORT            | Origin: null
          127.0.0.1:PORT            | Origin: http://
          127.0.0.1:PORT            | Origin: file://
          127.0.0.1:PORT            | Origin: ftp://127.0.0.1:PORT
          127.0.0.1:PORT            | Origin: chrome-extension://abcdef
          127.0.0.1:PORT            | Origin: http://127.0.0.1:PORT@evil.example
          127.0.0.1:PORT            | Origin: https://app.example.com.evil.example
          127.0.0.1:PORT            | Origin: http://127.0.0.1:PORT;Origin: http://evil.example
          127.0.0.1:PORT            | Origin: http://evil.example;Sec-Fetch-Site: same-origin
          127.0.0.1:PORT            | Sec-Fetch-Site: cross-site
          127.0.0.1:PORT            | Sec-Fetch-Site: cross-site;Sec-Fetch-Mode: no-cors
          127.0.0.1:PORT            | Sec-Fetch-Site: cross-site;Sec-Fetch-Mode: navigate;Sec-Fetch-Dest: document
          evil.example              | Origin: http://evil.example;Sec-Fetch-Site: same-origin
          """)
  void pagesOfOthersAreRefusedOnEveryPath(String host, @Nullable String headers) throws Exception {
    Gateway gateway = start("");

    assertThat(post(gateway, host, headers)).isEqualTo(403);
    READS.forEach(
        (path, status) -> assertThat(get(gateway, path, host, headers)).as(path).isEqualTo(403));
    assertThat(get(gateway, "/jobs", host, headers)).isEqualTo(403);
    assertThat(stack.emulator().stats().total().arrived()).as("nothing travels on").isZero();
    close(gateway);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''",
        "'Host:'",
        "'Host: a b'",
        "'Host: user@localhost'",
        "'Host: localhost:http'",
        "'Host: localhost:999999'",
        "'Host: localhost/x'",
        "'Host: localhost,localhost'",
        "'Host: [::1'",
        "'Host: localhost;Host: localhost'",
        "'Host: localhost;Host: evil.example'",
      })
  void aHostThatIsMissingOrInDoubtIs400(String heads) throws Exception {
    Gateway gateway = start("");
    String lines = heads.isEmpty() ? "" : heads.replace(";", "\r\n") + "\r\n";

    assertThat(
            send(
                gateway,
                "POST %s HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(CONVERSE, lines, BODY.length(), BODY)))
        .startsWith("HTTP/1.1 400 ")
        .containsIgnoringCase("x-amzn-errortype: ValidationException");
    close(gateway);
  }

  @Test
  void aHealthCheckByHttp10WithoutAHostPasses() throws Exception {
    Gateway gateway = start("");

    assertThat(send(gateway, "GET /healthz HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200 ");
    close(gateway);
  }

  @Test
  void aRefusalNamesTheSetting() throws Exception {
    Gateway gateway = start("");

    assertThat(send(gateway, request("GET /api/status", "evil.example", null, "", gateway)))
        .contains("\"message\":\"The Host 'evil.example' is not a name of this gateway.")
        .contains("server.hosts");
    assertThat(
            send(
                gateway,
                request("GET /api/status", "localhost", "Origin: http://a.example", "", gateway)))
        .contains("server.corsOrigins");
    close(gateway);
  }

  @Test
  void aConfiguredOriginGetsCorsAndOthersDoNot() throws Exception {
    Gateway gateway = start("corsOrigins: [\"https://app.example.com\"]");
    String preflight =
        "OPTIONS "
            + CONVERSE
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Access-Control-Request-Method: POST\r\n"
            + "Access-Control-Request-Headers: content-type,authorization\r\nOrigin: ";

    assertThat(send(gateway, preflight + "https://app.example.com\r\n\r\n"))
        .startsWith("HTTP/1.1 204 ")
        .containsIgnoringCase("access-control-allow-origin: https://app.example.com")
        .containsIgnoringCase("access-control-allow-headers: content-type,authorization")
        .containsIgnoringCase("vary: origin");
    assertThat(send(gateway, preflight + "https://evil.example\r\n\r\n"))
        .startsWith("HTTP/1.1 403 ")
        .doesNotContainIgnoringCase("access-control");
    assertThat(
            send(
                gateway,
                request(
                    "POST " + CONVERSE,
                    "localhost",
                    "Origin: https://app.example.com;Sec-Fetch-Site: cross-site",
                    BODY,
                    gateway)))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("access-control-allow-origin: https://app.example.com")
        .containsIgnoringCase("access-control-expose-headers: x-forebay-answer");
    assertThat(send(gateway, request("POST " + CONVERSE, "localhost", null, BODY, gateway)))
        .as("programs see nothing of it")
        .startsWith("HTTP/1.1 200 ")
        .doesNotContainIgnoringCase("access-control");
    close(gateway);
  }

  @Test
  void withKeysAnyHostPassesAndCrossSiteRequestsAreRefused() throws Exception {
    String key = "Authorization: Bearer " + KeyedGateway.ADMIN_SECRET;
    try (KeyedGateway keyed = new KeyedGateway(stack)) {
      int port = keyed.port();
      assertThat(status(port, "GET /api/status", "public.example", key)).isEqualTo(200);
      assertThat(status(port, "GET /api/status", "public.example", "X-None: 1")).isEqualTo(403);
      for (String foreign :
          List.of("Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site")) {
        assertThat(status(port, "GET /api/status", "public.example", key + ";" + foreign))
            .as(foreign)
            .isEqualTo(403);
        assertThat(status(port, "GET /dashboard", "public.example", foreign))
            .as(foreign)
            .isEqualTo(403);
      }
      assertThat(
              status(
                  port,
                  "GET /dashboard",
                  "public.example",
                  "Sec-Fetch-Site: cross-site;Sec-Fetch-Mode: navigate;Sec-Fetch-Dest: document"))
          .as("a link to the page, which holds no data")
          .isEqualTo(200);
      assertThat(
              status(
                  port,
                  "GET /dashboard",
                  "public.example",
                  "Sec-Fetch-Site: cross-site;Sec-Fetch-Mode: navigate;Sec-Fetch-Dest: iframe"))
          .isEqualTo(403);
      assertThat(
              status(
                  port,
                  "GET /api/status",
                  "internal:8480",
                  key + ";Origin: https://public.example;Sec-Fetch-Site: same-origin"))
          .as("behind a proxy that names the host anew")
          .isEqualTo(200);
    }
  }

  @Test
  void openGatewaysCheckTheHostOnlyWhereNamesAreListed() throws Exception {
    Gateway open = start("", "auth: open");
    Gateway listed = start("hosts: [gateway.internal]", "auth: open");

    assertThat(get(open, "/healthz", "any.example", null)).isEqualTo(200);
    assertThat(get(open, "/healthz", "any.example", "Origin: http://evil.example")).isEqualTo(403);
    assertThat(get(listed, "/healthz", "gateway.internal", null)).isEqualTo(200);
    assertThat(get(listed, "/healthz", "any.example", null)).isEqualTo(403);
    close(open);
    close(listed);
  }

  private static Gateway start(String server, String... more) {
    String comma = server.isEmpty() ? "" : ", ";
    return stack.start(
        ConfigFile.parse(
            """
            server: { port: 0%s%s }
            targets:
              one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
            routes:
              %s: { tiers: [[one]] }
            %s
            """
                .formatted(
                    comma,
                    server,
                    Stack.PRIMARY,
                    stack.emulator().endpoint(),
                    Stack.MODEL,
                    String.join("\n", more)),
            "origins.yaml",
            Map.of()));
  }

  private static void close(Gateway gateway) {
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }

  private static int post(Gateway gateway, String host, @Nullable String headers)
      throws IOException {
    return status(send(gateway, request("POST " + CONVERSE, host, headers, BODY, gateway)));
  }

  private static int get(Gateway gateway, String path, String host, @Nullable String headers) {
    try {
      return status(send(gateway, request("GET " + path, host, headers, "", gateway)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int status(int port, String line, String host, @Nullable String headers)
      throws IOException {
    return status(send(port, request(line, host, headers, "", port)));
  }

  private static int status(String answer) {
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  private static String request(
      String line, String host, @Nullable String headers, String body, Gateway gateway) {
    return request(line, host, headers, body, gateway.port());
  }

  /** As a page can send it without a preflight: text/plain. */
  private static String request(
      String line, String host, @Nullable String headers, String body, int port) {
    String more = headers == null ? "" : headers.replace(";", "\r\n") + "\r\n";
    return (line
                + " HTTP/1.1\r\nHost: "
                + host
                + "\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + more
                + "\r\n")
            .replace("PORT", Integer.toString(port))
        + body;
  }

  private static String send(Gateway gateway, String text) throws IOException {
    return send(gateway.port(), text);
  }

  private static String send(int port, String text) throws IOException {
    try (RawHttp raw = new RawHttp(port)) {
      return raw.send(text).readToEnd();
    }
  }
}
