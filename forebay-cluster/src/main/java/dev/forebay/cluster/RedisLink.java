package dev.forebay.cluster;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.StoreAddress;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way to the store: connections are there from the first operation until it rests. */
final class RedisLink implements AutoCloseable {
  private final ClusterConfig config;
  private final boolean cluster;
  private final String channel;
  private final Consumer<String> listener;
  private @Nullable RedisConnections connections;
  private boolean keeps;
  private boolean closed;

  /**
   * Connects with the first operation.
   *
   * @param channel what is heard
   * @throws IllegalArgumentException if the address is none
   */
  RedisLink(ClusterConfig config, String channel, Consumer<String> listener) {
    this.config = config;
    this.cluster = StoreAddress.of(config.url()).kind() == StoreAddress.Kind.CLUSTER;
    this.channel = channel;
    this.listener = listener;
  }

  /** Whether keys with different hash tags may be on different servers. */
  boolean isCluster() {
    return cluster;
  }

  /** An operation. Never throws. */
  <T> CompletionStage<T> run(
      Function<RedisClusterAsyncCommands<String, String>, CompletionStage<T>> operation) {
    try {
      return connections(false).run(operation);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The same on values of bytes. */
  <T> CompletionStage<T> runBytes(
      Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> operation) {
    try {
      return connections(true).runBytes(operation);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private synchronized RedisConnections connections(boolean ofBytes) {
    if (closed) {
      throw new IllegalStateException("the link to the store is closed");
    }
    keeps |= ofBytes;
    if (connections == null) {
      connections = new RedisConnections(config, channel, listener);
    }
    return connections;
  }

  /**
   * Closes the connections, and ends their threads, until the next operation. With values of bytes
   * they stay: a call that asks for one cannot wait until they are made again.
   */
  synchronized void rest() {
    if (!keeps) {
      closeConnections();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    closeConnections();
  }

  private void closeConnections() {
    if (connections != null) {
      connections.close();
      connections = null;
    }
  }
}
