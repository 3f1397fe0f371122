package dev.forebay.config;

/**
 * Where the gateway listens.
 *
 * @param host a name or an address; without authentication only a loopback one
 * @param port 0 for any free one
 */
public record ServerConfig(String host, int port) {
  static final ServerConfig DEFAULTS = new ServerConfig("127.0.0.1", 8480);

  public ServerConfig {
    Checks.check(!host.isBlank(), "host", "must not be blank", host);
    Checks.check(port >= 0 && port <= 65_535, "port", "must be from 0 to 65535", port);
  }
}
