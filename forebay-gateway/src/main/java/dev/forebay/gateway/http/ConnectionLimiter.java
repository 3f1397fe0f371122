package dev.forebay.gateway.http;

import dev.forebay.config.ServerConfig;
import dev.forebay.core.Ticker;
import dev.forebay.gateway.loop.OutOfMemoryExit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.tcp.Http1xOrH2CHandler;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how many connections there are, and puts a {@link HeaderReadTimeout} before all that reads
 * from them. It stands at the listening socket, which Vert.x shows only by way of a connection: in
 * plaintext the gateway makes one to itself before it is ready; over TLS it takes its place with
 * the first request, before which connections have but the idle limit. Thread-safe.
 */
@ChannelHandler.Sharable
public final class ConnectionLimiter extends ChannelInboundHandlerAdapter {
  /** 5,000 streams of clients that open a connection for each, twice. */
  public static final int MAX_CONNECTIONS = 10_000;

  private static final Duration PLACE_TIME = Duration.ofSeconds(1);

  /** With empty SETTINGS. */
  private static final String HTTP2_PREFACE =
      Http1xOrH2CHandler.HTTP_2_PREFACE + "\0\0\0\4\0\0\0\0\0";

  private static final Logger log = LoggerFactory.getLogger(ConnectionLimiter.class);

  private final Ticker ticker;
  private final int maxConnections;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final Set<Channel> sockets = ConcurrentHashMap.newKeySet();
  private final Promise<Void> placed = Promise.promise();

  public ConnectionLimiter(Ticker ticker, int maxConnections) {
    this.ticker = ticker;
    this.maxConnections = maxConnections;
  }

  /**
   * Takes its place at the listening socket. Completes, late at most, where it cannot: a firewall
   * may keep a machine from its own addresses.
   */
  public Future<Void> takePlace(Vertx vertx, ServerConfig server, int port) {
    if (server.tls().isPresent()) {
      return Future.succeededFuture();
    }
    String host =
        switch (server.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::", "[::]" -> "::1";
          default -> server.host();
        };
    NetClient client =
        vertx.createNetClient(
            new NetClientOptions().setConnectTimeout((int) PLACE_TIME.toMillis()));
    Timer timeUp = vertx.timer(PLACE_TIME.toMillis(), TimeUnit.MILLISECONDS);
    Future<Void> answered =
        client
            .connect(port, host)
            .compose(ConnectionLimiter::greet)
            .compose(met -> placed.future());
    return Future.any(answered, timeUp)
        .transform(
            any -> {
              timeUp.cancel();
              return client.close();
            })
        .transform(closed -> Future.succeededFuture());
  }

  /** Completes when the other side has shown that it has a connection of HTTP/2. */
  private static Future<Void> greet(NetSocket socket) {
    Promise<Void> answered = Promise.promise();
    socket.handler(settings -> answered.tryComplete());
    socket.closeHandler(closed -> answered.tryComplete());
    return socket.write(HTTP2_PREFACE).compose(written -> answered.future());
  }

  /**
   * The socket's own thread lets it see connections from now on, which is later than it was added.
   */
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    placed.tryComplete();
  }

  /** A connection has sent the head of its first request, or more. */
  public void meet(HttpConnection connection) {
    connection.exceptionHandler(ConnectionLimiter::broke);
    Channel channel = channel(connection);
    Channel listening = channel.parent();
    if (listening != null && sockets.add(listening)) {
      listening.closeFuture().addListener(closed -> sockets.remove(listening));
      listening.pipeline().addFirst(this);
    }
  }

  /** Callers leave as they like, which is no error of the gateway. */
  private static void broke(Throwable failure) {
    OutOfMemoryExit.check(failure);
    log.debug("A caller's connection broke: {}", failure.getMessage());
  }

  /** A request's head has come. */
  public void requestBegins(HttpConnection connection) {
    HeaderReadTimeout watch = channel(connection).pipeline().get(HeaderReadTimeout.class);
    if (watch != null) {
      watch.requestBegins(connection.protocolVersion() == HttpVersion.HTTP_2);
    }
  }

  /** A request has been answered. */
  public void requestEnds(HttpConnection connection) {
    HeaderReadTimeout watch = channel(connection).pipeline().get(HeaderReadTimeout.class);
    if (watch != null) {
      watch.requestEnds();
    }
  }

  /** Connections since the first request that are there now. */
  public int connections() {
    return connections.get();
  }

  /** How many were closed at once because there were too many. */
  public int turnedAway() {
    return turnedAway.get();
  }

  /** The listening socket has accepted a connection, which is not read from yet. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (!(accepted instanceof Channel connection)) {
      context.fireChannelRead(accepted);
    } else if (connections.incrementAndGet() > maxConnections) {
      connections.decrementAndGet();
      turnedAway.incrementAndGet();
      connection.unsafe().closeForcibly();
    } else {
      connection.closeFuture().addListener(closed -> connections.decrementAndGet());
      connection.pipeline().addLast(new HeaderReadTimeout(ticker));
      context.fireChannelRead(connection);
    }
  }

  private static Channel channel(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }
}
