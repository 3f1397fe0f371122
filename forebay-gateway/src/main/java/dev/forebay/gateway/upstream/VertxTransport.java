package dev.forebay.gateway.upstream;

import dev.forebay.config.Pem;
import dev.forebay.config.ProxyConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.engine.Transport;
import dev.forebay.gateway.http.KeepAlive;
import dev.forebay.gateway.http.LateFlush;
import dev.forebay.gateway.http.Trust;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections to one target from one event loop, which no other target shares. HTTP/1.1, so
 * that each stream has a connection of its own and ends when that is closed.
 */
public final class VertxTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(VertxTransport.class);

  /** Connections per target and event loop; more calls than that wait within their deadlines. */
  static final int MAX_CONNECTIONS = 5_000;

  private static final int CONNECT_TIMEOUT_MS = 3_000;

  /** Bedrock closes idle connections after about a minute; closing first avoids the race. */
  private static final int KEEP_ALIVE_SECONDS = 30;

  private final TargetConfig config;
  private final Vertx vertx;
  private final HttpClient client;
  private @Nullable HttpClient fresh;
  private boolean closed;

  public VertxTransport(TargetConfig config, Vertx vertx) {
    this.config = config;
    this.vertx = vertx;
    this.client = build(options());
  }

  private HttpClient build(HttpClientOptions options) {
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(
            new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS).setMaxWaitQueueSize(MAX_CONNECTIONS))
        .withConnectHandler(
            connection -> {
              connection.exceptionHandler(this::broke);
              LateFlush.into(connection);
              ConnectionWatch.into(connection);
            })
        .build();
  }

  private HttpClientOptions options() {
    HttpClientOptions options =
        KeepAlive.on(new HttpClientOptions())
            .setTcpNoDelay(true)
            .setConnectTimeout(CONNECT_TIMEOUT_MS)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(64 * 1024)
            .setSsl(config.endpoint().getScheme().equals("https"));
    List<Pem> authorities = config.wire().authorities();
    if (!authorities.isEmpty()) {
      options.setTrustOptions(Trust.including(authorities));
    }
    config.wire().proxy().ifPresent(proxy -> options.setProxyOptions(options(proxy)));
    return options;
  }

  private static ProxyOptions options(ProxyConfig proxy) {
    ProxyOptions options =
        new ProxyOptions()
            .setType(ProxyType.HTTP)
            .setHost(proxy.host())
            .setPort(proxy.port())
            .setConnectTimeout(Duration.ofMillis(CONNECT_TIMEOUT_MS));
    proxy
        .credentials()
        .ifPresent(own -> options.setUsername(own.user()).setPassword(own.password().reveal()));
    return options;
  }

  @Override
  public void send(Request request, Receiver receiver) {
    WireRequest wire = new WireRequest(this, request, receiver);
    receiver.begins(wire);
    wire.send();
  }

  /** Connections that are kept between requests. */
  HttpClient client() {
    return client;
  }

  /** Connections that serve one request each. */
  HttpClient freshClient() {
    HttpClient known = fresh;
    if (known == null) {
      known = build(options().setKeepAlive(false));
      fresh = known;
    }
    return known;
  }

  String name() {
    return config.target().name();
  }

  /** The call on the connection gets it too, and reports it as its own end. */
  private void broke(Throwable failure) {
    OutOfMemoryExit.check(failure);
    log.debug("A connection to target {} broke: {}", name(), failure.getMessage());
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    client.close();
    if (fresh != null) {
      fresh.close();
    }
  }

  RequestOptions options(String method, String uri) {
    URI endpoint = config.endpoint();
    boolean tls = endpoint.getScheme().equals("https");
    return new RequestOptions()
        .setMethod(HttpMethod.valueOf(method))
        .setHost(endpoint.getHost())
        .setPort(endpoint.getPort() >= 0 ? endpoint.getPort() : tls ? 443 : 80)
        .setSsl(tls)
        .setURI(uri);
  }
}
