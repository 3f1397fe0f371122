package dev.forebay.config;

/**
 * Where the gateway listens.
 *
 * @param host a name or an address; without authentication only a loopback one
 * @param port 0 for any free one
 */
public record ServerConfig(String host, int port) {
  static final ServerConfig DEFAULTS = new ServerConfig("127.0.0.1", 8480);
}
