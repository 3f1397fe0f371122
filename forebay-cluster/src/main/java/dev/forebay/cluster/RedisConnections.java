package dev.forebay.cluster;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.StoreAddress;
import dev.forebay.core.Ticker;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.event.Event;
import io.lettuce.core.event.connection.ConnectionActivatedEvent;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The connections to the store, made with the first operation: one for operations, one for those on
 * values of bytes, one for what is published. While one is lost, operations fail at once; it is
 * made again by itself, to the server that is the primary then. Thread-safe.
 *
 * <p>A server that is silent without closing the connection may have been replaced meanwhile, and
 * one that refuses to write has been: all are given up then and made anew. Where it is silent on
 * the connection for values of bytes alone, that one is.
 */
final class RedisConnections implements AutoCloseable {
  /**
   * How often the subscription is asked whether it is alive: by itself it sends nothing. In a Redis
   * Cluster it may be to another server than answers come from.
   */
  private static final Duration CHECK = Duration.ofSeconds(10);

  private static final Duration CHECK_IN_CLUSTER = Duration.ofSeconds(2);

  /** So that a search for an answer has time left for another connection. */
  private static final Duration ANSWERS_WITHIN = Duration.ofMillis(10);

  /** In a row on one connection, after which it is given up. */
  private static final int MOST_TIMEOUTS = 3;

  private final ClientResources resources =
      ClientResources.builder()
          .ioThreadPoolSize(2)
          .computationThreadPoolSize(2)
          .commandLatencyRecorder(CommandLatencyRecorder.disabled())
          .reconnectDelay(Delay.constant(RedisOptions.RECONNECT))
          .build();
  private final AbstractRedisClient client;
  private final Line<String> texts;
  private final Line<byte[]> values;
  private final Supplier<CompletableFuture<StatefulRedisPubSubConnection<String, String>>> hears;
  private final String channel;
  private final Consumer<String> listener;
  private final Ticker clock = Ticker.system();
  private final LeaseClock real = LeaseClock.system();

  /** What the server said to the last attempt to connect again; null if it let one in since. */
  private volatile @Nullable Throwable refusal;

  private @Nullable CompletableFuture<StatefulRedisPubSubConnection<String, String>> news;
  private long subscriptions;
  private long triedNanos;
  private long soughtNanos;

  /** When something was asked last, which a member does every second. */
  private long askedMillis;

  private record Opened<V>(
      RedisClusterAsyncCommands<String, V> commands, StatefulConnection<String, V> to) {
    static <V> Opened<V> of(StatefulRedisConnection<String, V> to) {
      return new Opened<>(to.async(), to);
    }

    static <V> Opened<V> of(StatefulRedisClusterConnection<String, V> to) {
      return new Opened<>(to.async(), to);
    }

    CompletionStage<Opened<V>> checked() {
      return commands
          .ping()
          .toCompletableFuture()
          .orTimeout(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
          .thenApply(pong -> this);
    }
  }

  /** One connection for operations on one kind of values. */
  private static final class Line<V> {
    private final Supplier<CompletableFuture<Opened<V>>> connects;
    private final AtomicInteger timeouts = new AtomicInteger();
    private @Nullable CompletableFuture<Opened<V>> connection;

    Line(Supplier<CompletableFuture<Opened<V>>> connects) {
      this.connects = connects;
    }

    synchronized CompletableFuture<Opened<V>> connected() {
      CompletableFuture<Opened<V>> known = connection;
      if (known == null || known.isCompletedExceptionally()) {
        known = connects.get();
        connection = known;
      }
      return known;
    }

    /** Makes another one if it does not answer: it may have been closed, or dropped by a router. */
    synchronized void check() {
      CompletableFuture<Opened<V>> known = connection;
      if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
        connection =
            known
                .thenCompose(Opened::checked)
                .exceptionallyCompose(
                    dead -> {
                      var unused = known.thenCompose(opened -> opened.to.closeAsync());
                      return connects.get();
                    });
      }
    }

    synchronized void giveUp() {
      if (connection != null) {
        var unused = connection.thenCompose(opened -> opened.to.closeAsync());
        connection = null;
      }
    }
  }

  /**
   * Connects with the first operation.
   *
   * @param channel what is heard
   * @throws IllegalArgumentException if the address is none
   */
  RedisConnections(ClusterConfig config, String channel, Consumer<String> listener) {
    this.channel = channel;
    this.listener = listener;
    Disposable unused = resources.eventBus().get().subscribe(this::noteRefusal);
    RedisCodec<String, byte[]> bytes = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    StoreAddress address = StoreAddress.of(config.url());
    if (address.kind() == StoreAddress.Kind.CLUSTER) {
      List<RedisURI> nodes =
          address.hosts().stream().map(host -> RedisOptions.node(address, host)).toList();
      RedisClusterClient cluster = RedisClusterClient.create(resources, nodes);
      cluster.setOptions(RedisOptions.cluster(config));
      client = cluster;
      texts = new Line<>(() -> opened(cluster, StringCodec.UTF8));
      values = new Line<>(() -> opened(cluster, bytes));
      hears = () -> known(cluster, c -> c.connectPubSubAsync(StringCodec.UTF8).thenApply(n -> n));
    } else {
      RedisURI uri =
          address.kind() == StoreAddress.Kind.SENTINEL
              ? RedisOptions.sentinels(address, config)
              : RedisOptions.node(address, address.hosts().getFirst());
      RedisClient redis = RedisClient.create(resources, uri);
      redis.setOptions(RedisOptions.client(ClientOptions.builder(), config).build());
      client = redis;
      texts = new Line<>(() -> opened(redis, uri, StringCodec.UTF8));
      values = new Line<>(() -> opened(redis, uri, bytes));
      hears = () -> redis.connectPubSubAsync(StringCodec.UTF8, uri).toCompletableFuture();
    }
  }

  private static <V> CompletableFuture<Opened<V>> opened(
      RedisClusterClient cluster, RedisCodec<String, V> codec) {
    return known(cluster, c -> c.connectAsync(codec)).thenApply(Opened::of);
  }

  private static <V> CompletableFuture<Opened<V>> opened(
      RedisClient redis, RedisURI uri, RedisCodec<String, V> codec) {
    return redis
        .connectAsync(codec, uri)
        .toCompletableFuture()
        .exceptionallyCompose(RedisConnections::worded)
        .thenApply(Opened::of);
  }

  /** Whether keys with different hash tags may be on different servers. */
  boolean isCluster() {
    return client instanceof RedisClusterClient;
  }

  /** An operation; what it fails with shows whether the connections are of use. Never throws. */
  <T> CompletionStage<T> run(
      Function<RedisClusterAsyncCommands<String, String>, CompletionStage<T>> operation) {
    try {
      noticePause();
      hearNews();
      return judged(texts, texts.connected().thenCompose(up -> operation.apply(up.commands)));
    } catch (RuntimeException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  /** The same on values of bytes, by a connection of its own: they may be large. */
  <T> CompletionStage<T> runBytes(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> operation) {
    noticePause();
    return judged(values, values.connected().thenCompose(up -> operation.apply(up.commands)));
  }

  /** A process that stood still, or was frozen, finds its connections as they are now. */
  private synchronized void noticePause() {
    long now = real.millis();
    boolean paused = now - askedMillis >= Member.REACHABLE_MILLIS;
    askedMillis = now;
    if (paused) {
      texts.check();
      values.check();
      if (news != null) {
        checkNews(news);
      }
    }
  }

  private <T> CompletionStage<T> judged(Line<?> on, CompletionStage<T> answer) {
    return answer
        .whenComplete((done, failure) -> judge(on, failure))
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(explained(failure)));
  }

  private void noteRefusal(Event event) {
    if (event instanceof ReconnectFailedEvent failed) {
      refusal = isAnswer(failed.getCause()) ? failed.getCause() : null;
    } else if (event instanceof ConnectionActivatedEvent) {
      refusal = null;
    }
  }

  /** Whether it is the server's, and not that there is none. */
  private static boolean isAnswer(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisCommandExecutionException || cause instanceof SSLException) {
        return true;
      }
    }
    return false;
  }

  /** While it is not connected, operations say no more than that. */
  private Throwable explained(Throwable failure) {
    Throwable refused = refusal;
    return refused != null && String.valueOf(failure.getMessage()).contains("not connected")
        ? refused
        : failure;
  }

  private void judge(Line<?> on, @Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (failure != null && StoreFailure.isReplica(failure)) {
      giveUp();
    } else if (!(cause instanceof RedisCommandTimeoutException)) {
      on.timeouts.set(0);
    } else if (on.timeouts.incrementAndGet() >= MOST_TIMEOUTS) {
      on.timeouts.set(0);
      if (on == texts) {
        giveUp();
      } else {
        on.giveUp();
      }
    } else if (client instanceof RedisClusterClient cluster) {
      // Others may answer all the while, so that the timeouts are not in a row.
      findPrimaries(cluster);
    }
  }

  /** A node that is silent may have been replaced. */
  private synchronized void findPrimaries(RedisClusterClient cluster) {
    long now = clock.nanos();
    if (now - soughtNanos >= RedisOptions.RECONNECT.toNanos()) {
      soughtNanos = now;
      var unused = cluster.refreshPartitionsAsync();
    }
  }

  private synchronized void giveUp() {
    texts.giveUp();
    values.giveUp();
    giveUpNews(subscriptions);
  }

  /** Unless that subscription has been followed by another one. */
  private synchronized void giveUpNews(long subscription) {
    if (news != null && subscription == subscriptions) {
      var unused = news.thenCompose(StatefulConnection::closeAsync);
      news = null;
    }
  }

  private synchronized void hearNews() {
    long now = clock.nanos();
    boolean hasFailed = news != null && news.isCompletedExceptionally();
    if (news == null || (hasFailed && now - triedNanos >= RedisOptions.RECONNECT.toNanos())) {
      triedNanos = now;
      subscriptions++;
      news = hears.get().thenCompose(this::subscribed);
    } else if (!hasFailed
        && now - triedNanos >= (isCluster() ? CHECK_IN_CLUSTER : CHECK).toNanos()) {
      triedNanos = now;
      checkNews(news);
    }
  }

  private void checkNews(CompletableFuture<StatefulRedisPubSubConnection<String, String>> from) {
    long subscription = subscriptions;
    var unused =
        from.thenCompose(to -> to.async().ping())
            .whenComplete(
                (pong, failure) -> {
                  if (failure != null) {
                    giveUpNews(subscription);
                  }
                });
  }

  /** A subscription that fails, as a busy server may answer too late, is as good as none. */
  private CompletableFuture<StatefulRedisPubSubConnection<String, String>> subscribed(
      StatefulRedisPubSubConnection<String, String> to) {
    to.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String from, String message) {
            listener.accept(message);
          }
        });
    return to.async()
        .subscribe(channel)
        .toCompletableFuture()
        .thenApply(done -> to)
        .exceptionallyCompose(
            failure ->
                to.closeAsync().thenCompose(closed -> CompletableFuture.failedFuture(failure)));
  }

  /** A Redis Cluster's nodes have to be known before anything is asked. */
  private static <T> CompletableFuture<T> known(
      RedisClusterClient cluster, Function<RedisClusterClient, CompletionStage<T>> then) {
    return cluster
        .refreshPartitionsAsync()
        .thenCompose(done -> then.apply(cluster))
        .toCompletableFuture();
  }

  /** Sentinels that do not know the primary's name are the one failure without words. */
  private static <T> CompletableFuture<T> worded(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisConnectionException && cause.getMessage() == null) {
        return CompletableFuture.failedFuture(
            new RedisConnectionException("no such master at these sentinels", failure));
      }
    }
    return CompletableFuture.failedFuture(failure);
  }

  /** Ends all, without waiting for it. */
  @Override
  public void close() {
    long most = RedisOptions.TIMEOUT.toMillis();
    var unused =
        client
            .shutdownAsync(0, most, TimeUnit.MILLISECONDS)
            .whenComplete(
                (done, failure) -> {
                  var unusedToo = resources.shutdown(0, most, TimeUnit.MILLISECONDS);
                });
  }
}
