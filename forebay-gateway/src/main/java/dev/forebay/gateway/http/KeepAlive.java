package dev.forebay.gateway.http;

import io.vertx.core.net.TCPSSLOptions;

/**
 * TCP keep-alive, on the side of callers and on that of targets: a whole answer takes minutes, and
 * routers that translate addresses drop a connection that is idle for a few (350 s in AWS's NAT
 * gateways and network load balancers, 60 s to 240 s elsewhere). A peer that has vanished is
 * noticed after {@code IDLE + COUNT * INTERVAL} = 105 s.
 */
public final class KeepAlive {
  /**
   * Below the minute after which the routers with the shortest timeouts drop an idle connection.
   */
  static final int IDLE_SECONDS = 45;

  private static final int INTERVAL_SECONDS = 15;
  private static final int COUNT = 4;

  private KeepAlive() {}

  public static <O extends TCPSSLOptions> O on(O options) {
    options
        .setTcpKeepAlive(true)
        .setTcpKeepAliveIdleSeconds(IDLE_SECONDS)
        .setTcpKeepAliveIntervalSeconds(INTERVAL_SECONDS)
        .setTcpKeepAliveCount(COUNT);
    return options;
  }
}
