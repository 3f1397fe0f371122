package dev.forebay.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the gateway listens.
 *
 * @param host a name or an address; without authentication only a loopback one
 * @param port 0 for any free one
 * @param tls empty: plaintext
 */
public record ServerConfig(String host, int port, Optional<TlsConfig> tls) {
  static final ServerConfig DEFAULTS = new ServerConfig("127.0.0.1", 8480);

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|0:0:0:0:0:0:0:1");

  public ServerConfig {
    Checks.check(!host.isBlank(), "host", "must not be blank", host);
    Checks.check(port >= 0 && port <= 65_535, "port", "must be from 0 to 65535", port);
  }

  /** Plaintext. */
  public ServerConfig(String host, int port) {
    this(host, port, Optional.empty());
  }

  /** The same elsewhere. */
  public ServerConfig at(String otherHost, int otherPort) {
    return new ServerConfig(otherHost, otherPort, tls);
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    return isLoopback(host);
  }

  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host).matches();
  }
}
