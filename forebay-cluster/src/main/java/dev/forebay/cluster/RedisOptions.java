package dev.forebay.cluster;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Pem;
import dev.forebay.config.Secret;
import dev.forebay.config.StoreAddress;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Where the store is, and how it is connected to. */
final class RedisOptions {
  static final Duration TIMEOUT = Duration.ofMillis(500);
  static final Duration RECONNECT = Duration.ofMillis(500);
  private static final Duration TOPOLOGY = Duration.ofSeconds(10);

  /** What waits for a server that has stopped answering; beyond it operations fail. */
  private static final int MOST_WAITING = 1_000;

  /** More often than a firewall or a load balancer gives up an idle connection. */
  private static final SocketOptions.KeepAliveOptions KEEP_ALIVE =
      SocketOptions.KeepAliveOptions.builder()
          .enable()
          .idle(Duration.ofSeconds(30))
          .interval(Duration.ofSeconds(5))
          .count(3)
          .build();

  private RedisOptions() {}

  static RedisURI node(StoreAddress address, StoreAddress.Host host) {
    RedisURI uri = new RedisURI(host.name(), host.port(), TIMEOUT);
    uri.setDatabase(address.database());
    uri.setSsl(address.tls());
    login(uri, address.user(), address.password());
    return uri;
  }

  static RedisURI sentinels(StoreAddress address, ClusterConfig config) {
    RedisURI uri = new RedisURI();
    uri.setTimeout(TIMEOUT);
    uri.setSentinelMasterId(address.primary());
    uri.setDatabase(address.database());
    uri.setSsl(address.tls());
    login(uri, address.user(), address.password());
    for (StoreAddress.Host host : address.hosts()) {
      RedisURI sentinel = new RedisURI(host.name(), host.port(), TIMEOUT);
      sentinel.setSsl(address.tls());
      login(sentinel, "", config.sentinelPassword());
      uri.getSentinels().add(sentinel);
    }
    return uri;
  }

  private static void login(RedisURI uri, String user, Optional<Secret> password) {
    String name = user.isEmpty() ? "default" : user;
    password.ifPresent(
        secret ->
            uri.setCredentialsProvider(
                RedisCredentialsProvider.from(() -> RedisCredentials.just(name, secret.reveal()))));
  }

  static ClusterClientOptions cluster(ClusterConfig config) {
    ClusterClientOptions.Builder builder =
        ClusterClientOptions.builder()
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enableAllAdaptiveRefreshTriggers()
                    .adaptiveRefreshTriggersTimeout(RECONNECT)
                    .enablePeriodicRefresh(TOPOLOGY)
                    .build());
    client(builder, config);
    return builder.build();
  }

  static <B extends ClientOptions.Builder> B client(B builder, ClusterConfig config) {
    builder
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .requestQueueSize(MOST_WAITING)
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(TIMEOUT)
                .tcpNoDelay(true)
                .keepAlive(KEEP_ALIVE)
                .build())
        .timeoutOptions(TimeoutOptions.enabled(TIMEOUT));
    config.ca().ifPresent(ca -> builder.sslOptions(trust(ca)));
    return builder;
  }

  private static SslOptions trust(Pem ca) {
    byte[] text = ca.text().reveal().getBytes(StandardCharsets.ISO_8859_1);
    return SslOptions.builder()
        .jdkSslProvider()
        .trustManager(() -> new ByteArrayInputStream(text))
        .build();
  }
}
