package dev.forebay.client;

import dev.forebay.config.Pem;
import dev.forebay.config.ProxyConfig;
import dev.forebay.config.TargetConfig;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.TlsTrustManagersProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The HTTP clients that carry attempts: one per target, so that an outage of one takes no
 * connection of another, or the program's own for all. Made when the first call needs them.
 * Thread-safe.
 */
final class HttpClients implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpClients.class);

  /**
   * The engine bounds calls; a second, smaller bound would queue them outside of the engine's
   * limits.
   */
  private static final int MAX_CONNECTIONS = 5_000;

  private static final Duration CONNECT = Duration.ofSeconds(3);

  /**
   * Connecting and TLS. The SDK's Netty client connects again and again where each connection is
   * closed at once, until this time is up.
   */
  private static final Duration ACQUIRE = Duration.ofSeconds(5);

  /** Bedrock closes idle connections after about a minute; closing first avoids the race. */
  private static final Duration KEPT = Duration.ofSeconds(30);

  /** The engine has its own limits for silence, which depend on the call. */
  private static final Duration NEVER = Duration.ofDays(7);

  /** One target's way out. */
  record Connections<C>(C client, TargetAddress address) {}

  private final @Nullable SdkHttpClient ownBlocking;
  private final @Nullable SdkAsyncHttpClient ownAsync;
  private final Map<TargetConfig, Connections<SdkHttpClient>> blocking = new ConcurrentHashMap<>();
  private final Map<TargetConfig, Connections<SdkAsyncHttpClient>> async =
      new ConcurrentHashMap<>();
  private final Set<String> preparedBlocking = ConcurrentHashMap.newKeySet();
  private final Set<String> preparedAsync = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /**
   * Clients of the SDK, or the program's.
   *
   * @param ownBlocking carries all attempts of blocking calls and stays the program's to close;
   *     null for the SDK's
   * @param ownAsync the same of asynchronous calls
   */
  HttpClients(@Nullable SdkHttpClient ownBlocking, @Nullable SdkAsyncHttpClient ownAsync) {
    this.ownBlocking = ownBlocking;
    this.ownAsync = ownAsync;
  }

  /** Whether an abort ends a blocking request at once. Not known of a program's own client. */
  boolean blockingBreaksOff() {
    return ownBlocking == null;
  }

  /**
   * Makes the clients of a route's targets in the background when it is first called: a fallback
   * should not have to wait for its own.
   */
  void prepareBlocking(String route, Supplier<? extends Collection<TargetConfig>> targets) {
    if (ownBlocking == null && !preparedBlocking.contains(route) && preparedBlocking.add(route)) {
      Collection<TargetConfig> all = targets.get();
      Thread.startVirtualThread(() -> prepare(all, this::blocking));
    }
  }

  /** The same for asynchronous calls. */
  void prepareAsync(String route, Supplier<? extends Collection<TargetConfig>> targets) {
    if (ownAsync == null && !preparedAsync.contains(route) && preparedAsync.add(route)) {
      Collection<TargetConfig> all = targets.get();
      Thread.startVirtualThread(() -> prepare(all, this::async));
    }
  }

  private void prepare(Collection<TargetConfig> targets, Consumer<TargetConfig> client) {
    targets.forEach(client);
  }

  Connections<SdkHttpClient> blocking(TargetConfig target) {
    Connections<SdkHttpClient> known = blocking.get(target);
    return known != null
        ? known
        : made(
            blocking.computeIfAbsent(target, to -> connect(to, ownBlocking, HttpClients::apache)));
  }

  Connections<SdkAsyncHttpClient> async(TargetConfig target) {
    Connections<SdkAsyncHttpClient> known = async.get(target);
    return known != null
        ? known
        : made(async.computeIfAbsent(target, to -> connect(to, ownAsync, HttpClients::netty)));
  }

  private <C> C made(C connections) {
    if (closed) {
      // Made since then: nothing else closes it.
      closeAll();
    }
    return connections;
  }

  private static <C> Connections<C> connect(
      TargetConfig to, @Nullable C own, Function<TargetConfig, C> made) {
    return new Connections<>(own == null ? made.apply(to) : own, new TargetAddress(to.endpoint()));
  }

  private static SdkHttpClient apache(TargetConfig to) {
    return present(
        "apache5-client",
        "httpClient",
        () -> {
          Apache5HttpClient.Builder client =
              Apache5HttpClient.builder()
                  .maxConnections(MAX_CONNECTIONS)
                  .connectionTimeout(CONNECT)
                  .connectionMaxIdleTime(KEPT)
                  .socketTimeout(NEVER)
                  .tcpKeepAlive(true);
          client.proxyConfiguration(forApache(to.wire().proxy()));
          trust(to).ifPresent(client::tlsTrustManagersProvider);
          return client.build();
        });
  }

  private static SdkAsyncHttpClient netty(TargetConfig to) {
    return present(
        "netty-nio-client",
        "asyncHttpClient",
        () -> {
          NettyNioAsyncHttpClient.Builder client =
              NettyNioAsyncHttpClient.builder()
                  .maxConcurrency(MAX_CONNECTIONS)
                  .maxPendingConnectionAcquires(MAX_CONNECTIONS)
                  .connectionTimeout(CONNECT)
                  .connectionAcquisitionTimeout(ACQUIRE)
                  .connectionMaxIdleTime(KEPT)
                  .readTimeout(NEVER)
                  .writeTimeout(NEVER)
                  .tcpKeepAlive(true);
          client.proxyConfiguration(forNetty(to.wire().proxy()));
          trust(to).ifPresent(client::tlsTrustManagersProvider);
          return client.build();
        });
  }

  /** The SDK brings both, but programs leave out what they do not need. */
  private static <C> C present(String artifact, String method, Supplier<C> client) {
    try {
      return client.get();
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "Forebay has no HTTP client for its attempts: add software.amazon.awssdk:%s, or give one by Forebay.builder().%s(...)"
              .formatted(artifact, method),
          e);
    }
  }

  /**
   * The configuration has read the environment and the JVM's properties: no client does so again.
   */
  private static software.amazon.awssdk.http.apache5.ProxyConfiguration forApache(
      Optional<ProxyConfig> proxy) {
    var configuration =
        software.amazon.awssdk.http.apache5.ProxyConfiguration.builder()
            .useSystemPropertyValues(false)
            .useEnvironmentVariableValues(false);
    proxy.ifPresent(
        to -> configuration.endpoint(URI.create("http://" + to.host() + ":" + to.port())));
    proxy
        .flatMap(ProxyConfig::credentials)
        .ifPresent(own -> configuration.username(own.user()).password(own.password().reveal()));
    return configuration.build();
  }

  private static software.amazon.awssdk.http.nio.netty.ProxyConfiguration forNetty(
      Optional<ProxyConfig> proxy) {
    var configuration =
        software.amazon.awssdk.http.nio.netty.ProxyConfiguration.builder()
            .scheme("http")
            .useSystemPropertyValues(false)
            .useEnvironmentVariableValues(false);
    proxy.ifPresent(to -> configuration.host(to.host()).port(to.port()));
    proxy
        .flatMap(ProxyConfig::credentials)
        .ifPresent(own -> configuration.username(own.user()).password(own.password().reveal()));
    return configuration.build();
  }

  private static Optional<TlsTrustManagersProvider> trust(TargetConfig to) {
    List<Pem> authorities = to.wire().authorities();
    if (authorities.isEmpty()) {
      return Optional.empty();
    }
    TrustManager[] managers = including(authorities);
    return Optional.of(() -> managers);
  }

  /** The platform's authorities and further ones. */
  private static TrustManager[] including(List<Pem> authorities) {
    try {
      KeyStore all = KeyStore.getInstance("PKCS12");
      all.load(null, null);
      int number = 0;
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate issuer : x509.getAcceptedIssuers()) {
            all.setCertificateEntry("platform-" + number++, issuer);
          }
        }
      }
      for (Pem file : authorities) {
        for (X509Certificate issuer : file.x509()) {
          all.setCertificateEntry("own-" + number++, issuer);
        }
      }
      return managers(all);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK can keep certificates", e);
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  @Override
  public void close() {
    closed = true;
    closeAll();
  }

  private void closeAll() {
    if (ownBlocking == null) {
      blocking.values().forEach(each -> close(each.client()));
    }
    if (ownAsync == null) {
      async.values().forEach(each -> close(each.client()));
    }
    blocking.clear();
    async.clear();
  }

  private static void close(SdkAutoCloseable client) {
    try {
      client.close();
    } catch (RuntimeException e) {
      log.warn("An HTTP client could not be closed: {}", e.toString());
    }
  }
}
