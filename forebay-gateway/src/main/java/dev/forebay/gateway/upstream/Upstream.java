package dev.forebay.gateway.upstream;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.config.Pem;
import dev.forebay.config.ProxyConfig;
import dev.forebay.config.TargetConfig;
import dev.forebay.gateway.http.KeepAlive;
import dev.forebay.gateway.http.LateFlush;
import dev.forebay.gateway.http.Trust;
import dev.forebay.gateway.loop.LastResort;
import dev.forebay.gateway.loop.WallClock;
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
 * The way to one target from one event loop: its connections, which no other target shares, and its
 * signer. HTTP/1.1, so that each stream has a connection of its own and ends when that is closed.
 */
public final class Upstream {
  private static final Logger log = LoggerFactory.getLogger(Upstream.class);

  /** Connections per target and event loop; more calls than that wait within their deadlines. */
  static final int MAX_CONNECTIONS = 5_000;

  private static final int CONNECT_TIMEOUT_MS = 3_000;

  /** Bedrock closes idle connections after about a minute; closing first avoids the race. */
  private static final int KEEP_ALIVE_SECONDS = 30;

  private final TargetConfig config;
  private final RequestSigner signer;
  private final ConnectionLog connections;
  private final Vertx vertx;
  private final HttpClient client;
  private final String basePath;
  private @Nullable HttpClient fresh;

  public Upstream(SignedTarget target, Vertx vertx) {
    this.config = target.config();
    this.signer = target.signer();
    this.connections = target.connections();
    this.vertx = vertx;
    this.client = build(options());
    String path = config.endpoint().getRawPath();
    this.basePath =
        path == null ? "" : path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
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

  /** Connections that serve one request each. */
  HttpClient freshClient() {
    HttpClient known = fresh;
    if (known == null) {
      known = build(options().setKeepAlive(false));
      fresh = known;
    }
    return known;
  }

  /**
   * A connection failed: says so to operators, and returns what a caller may know of it.
   *
   * @param connected whether there was a connection
   */
  public String failed(Throwable cause, boolean connected) {
    String text =
        "%s: %s"
            .formatted(
                connected
                    ? "The connection to %s failed".formatted(address())
                    : "Could not connect to %s".formatted(address()),
                ConnectionFault.of(cause));
    connections.failed(text, WallClock.now());
    return text + ".";
  }

  /** A call could not be signed: says so to operators, once a minute. */
  public void hasNoCredentials(String why) {
    connections.failed("The gateway has " + why, WallClock.now());
  }

  /** Host, port where it is named, and proxy. */
  public String address() {
    URI endpoint = config.endpoint();
    String host =
        endpoint.getPort() < 0 ? endpoint.getHost() : endpoint.getHost() + ":" + endpoint.getPort();
    return config.wire().proxy().map(proxy -> host + " by proxy " + proxy).orElse(host);
  }

  public String name() {
    return config.target().name();
  }

  /** The call on the connection hears of it too, and tells it as its own end. */
  private void broke(Throwable failure) {
    LastResort.check(failure);
    log.debug("A connection to target {} broke: {}", config.target().name(), failure.getMessage());
  }

  public TargetConfig config() {
    return config;
  }

  public RequestSigner signer() {
    return signer;
  }

  HttpClient client() {
    return client;
  }

  public void close() {
    client.close();
    if (fresh != null) {
      fresh.close();
    }
  }

  /** The model that is called there when the caller asks for this one. */
  public String model(ModelPath asked) {
    return config.model().orElse(asked.modelId());
  }

  /** Whether that is by its own configuration, and not by the caller's word. */
  boolean namesItsModel() {
    return config.model().isPresent();
  }

  /** The path of an operation on the model. */
  public String rawPath(Operation operation, String model) {
    return basePath + ModelPath.format(operation, model);
  }

  /** A path of the API as the target's endpoint has it. */
  public String path(String rawPath) {
    return basePath + rawPath;
  }

  RequestOptions post(String rawPath) {
    return options(HttpMethod.POST, rawPath);
  }

  public RequestOptions options(HttpMethod method, String uri) {
    URI endpoint = config.endpoint();
    boolean tls = endpoint.getScheme().equals("https");
    return new RequestOptions()
        .setMethod(method)
        .setHost(endpoint.getHost())
        .setPort(endpoint.getPort() >= 0 ? endpoint.getPort() : tls ? 443 : 80)
        .setSsl(tls)
        .setURI(uri);
  }
}
