package dev.forebay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.forebay.testkit.ClosedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The command by which a container engine sees that the gateway serves. */
class HealthProbeTest {
  record Ended(int code, String said) {}

  @Test
  void endsWithNoughtWhereTheGatewayServes() throws Exception {
    assertThat(probe(200)).isEqualTo(new Ended(0, ""));
  }

  @Test
  void endsWithOneAndTheReasonElsewhere() throws Exception {
    Ended ended = probe(503);
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.said()).contains("/healthz answers 503");
  }

  @Test
  void endsWithOneWhereNoServerListens() throws Exception {
    try (ClosedPort closed = new ClosedPort()) {
      Ended ended = run(closed.endpoint() + "/healthz");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.said()).contains("Connection refused");
    }
  }

  private static Ended probe(int status) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/healthz",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    try {
      return run("http://127.0.0.1:" + server.getAddress().getPort() + "/healthz");
    } finally {
      server.stop(0);
    }
  }

  private static Ended run(String url) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target", "classes").toString(),
                HealthProbe.class.getName())
            .redirectErrorStream(true);
    builder.environment().put("FOREBAY_HEALTH_URL", url);
    builder.environment().remove("JDK_JAVA_OPTIONS");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), said);
  }
}
