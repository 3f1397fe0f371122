package dev.forebay.config;

import java.util.Optional;

/**
 * An HTTP proxy on the way to a target: asked by CONNECT for https, by the whole address for http.
 * {@code toString} shows neither user nor password.
 *
 * @param credentials sent as Basic; empty: none
 */
public record ProxyConfig(String host, int port, Optional<Credentials> credentials) {
  /** For the proxy's authentication. */
  public record Credentials(String user, Secret password) {
    @Override
    public String toString() {
      return "***";
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
