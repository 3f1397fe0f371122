package dev.forebay.config;

import dev.forebay.core.Checks;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the gateway listens.
 *
 * @param host a name or an address; without authentication only a loopback one
 * @param port 0 for any free one
 * @param tls empty: plaintext
 * @param hosts more names by which callers may address the gateway where it checks the Host header
 * @param corsOrigins origins of web pages that may call, such as {@code https://app.example.com}
 * @param stateFile where what was learned of targets outlives the process; empty for the default
 * @param maxHeldBytes the most bytes of requests and answers that are held in memory at once;
 *     empty: a quarter of the largest heap
 */
public record ServerConfig(
    String host,
    int port,
    Optional<TlsConfig> tls,
    List<String> hosts,
    List<String> corsOrigins,
    Optional<String> stateFile,
    Optional<Long> maxHeldBytes) {
  /** Less could not hold an ordinary conversation. */
  static final long MIN_HELD_BYTES = 1_000_000;

  static final ServerConfig DEFAULTS = new ServerConfig("127.0.0.1", 8480);

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");

  public ServerConfig {
    Checks.check(!host.isBlank(), "host", "must not be blank", host);
    Checks.check(port >= 0 && port <= 65_535, "port", "must be from 0 to 65535", port);
    maxHeldBytes.ifPresent(
        bytes ->
            Checks.check(
                bytes >= MIN_HELD_BYTES,
                "maxHeldBytes",
                "must be at least " + MIN_HELD_BYTES,
                bytes));
    hosts = List.copyOf(hosts);
    corsOrigins = List.copyOf(corsOrigins);
  }

  /** Plaintext. */
  public ServerConfig(String host, int port) {
    this(host, port, Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty());
  }

  /** The same elsewhere. */
  public ServerConfig at(String otherHost, int otherPort) {
    return new ServerConfig(otherHost, otherPort, tls, hosts, corsOrigins, stateFile, maxHeldBytes);
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    return isLoopback(host);
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }
}
