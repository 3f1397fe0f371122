package dev.forebay.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Files for tests. */
final class Examples {
  /** 32 bytes in base64. */
  static final String CLUSTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  static final Map<String, String> ENV =
      Map.of(
          "BEDROCK_TOKEN", "token-s3cr3t",
          "ID", "AKIA-s3cr3t",
          "SECRET", "key:s3cr3t",
          "SPACED", "two words",
          "SESSION", "session-s3cr3t",
          "REDIS_PASSWORD", "redis-s3cr3t",
          "CLUSTER_KEY", CLUSTER_KEY,
          "SHORT_KEY", "AAAA",
          "CALLBACK_SECRET", "callback-s3cr3t");

  /** One target and one route, with nothing else said. */
  static final String SMALLEST =
      """
      targets:
        a: {region: us-east-1, model: m}
      routes:
        chat: {tiers: [[a]]}
      """;

  private Examples() {}

  static String full() {
    try (InputStream in = Examples.class.getResourceAsStream("example.yaml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GatewayConfig parse(String text) {
    return ConfigFile.parse(text, "forebay.yaml", ENV);
  }

  /** The lines of the refusal that the text has to meet with. */
  static String refusal(String text) {
    return message(() -> parse(text));
  }

  /** The smallest file, with these lines below its target. */
  static String target(String lines) {
    return SMALLEST.replace("{region: us-east-1, model: m}", "{" + lines + "}");
  }

  /** The smallest file, with these keys in its route. */
  static String route(String keys) {
    return SMALLEST.replace("{tiers: [[a]]}", "{" + keys + "}");
  }

  static String message(ThrowingCallable refused) {
    return String.valueOf(
        Assertions.catchThrowableOfType(ConfigException.class, refused).getMessage());
  }

  static TargetConfig target(GatewayConfig config, String name) {
    return Optional.ofNullable(config.targets().get(name)).orElseThrow();
  }

  static RouteConfig route(GatewayConfig config, String name) {
    return Optional.ofNullable(config.routes().get(name)).orElseThrow();
  }
}
