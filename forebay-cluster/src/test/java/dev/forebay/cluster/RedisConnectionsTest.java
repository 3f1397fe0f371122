package dev.forebay.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.config.ClusterConfig;
import dev.forebay.config.Secret;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisConnectionsTest {
  private static final RedisCodec<String, byte[]> BYTES =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final TestRedis redis = TestRedis.start();
  private final DeafRelay relay = new DeafRelay(redis.port());
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final RedisConnections connections =
      new RedisConnections(config("redis://127.0.0.1:" + relay.port()), "news", heard::add);

  @AfterEach
  void stop() {
    connections.close();
    relay.close();
    redis.close();
  }

  @Test
  void aConnectionThatFallsSilentIsMadeAnewThoughTheOtherAnswers() {
    await().until(() -> answers(connections.run(up -> up.ping())));
    await().until(() -> answers(connections.runBytes(up -> up.ping())));
    assertThat(answers(connections.runBytes(RedisConnectionsTest::fallSilent))).isFalse();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              assertThat(answers(connections.run(up -> up.ping()))).isTrue();
              return answers(connections.runBytes(up -> up.ping()));
            });
  }

  @Test
  void aSubscriptionThatFallsSilentIsMadeAnewThoughOperationsAreAnswered() {
    awaitNews("first", Duration.ofSeconds(5));
    relay.loseNews();
    assertThat(answers(connections.run(up -> up.publish("news", "lost")))).isTrue();
    awaitNews("again", Duration.ofSeconds(20));
    assertThat(heard).doesNotContain("lost");
  }

  private void awaitNews(String message, Duration within) {
    await()
        .atMost(within)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              boolean unused = answers(connections.run(up -> up.publish("news", message)));
              return heard.contains(message);
            });
  }

  @Test
  void theSystemAsksSilentConnectionsWhetherTheyAreAlive() {
    SocketOptions options =
        RedisOptions.client(ClientOptions.builder(), config(redis.url()))
            .build()
            .getSocketOptions();
    assertThat(options.isKeepAlive()).isTrue();
    assertThat(options.getKeepAlive().getIdle()).isLessThan(Duration.ofMinutes(1));
  }

  /** The server answers nothing on that connection any more, and keeps it open. */
  private static CompletionStage<String> fallSilent(
      RedisClusterAsyncCommands<String, byte[]> connection) {
    return connection.dispatch(
        CommandType.CLIENT,
        new StatusOutput<>(BYTES),
        new CommandArgs<>(BYTES).add("REPLY").add("OFF"));
  }

  private static boolean answers(CompletionStage<?> operation) {
    return operation.handle((done, failed) -> failed == null).toCompletableFuture().join();
  }

  private static ClusterConfig config(String url) {
    return new ClusterConfig(
        new Secret(url), Optional.empty(), Optional.empty(), "test", 2, 1, Optional.empty());
  }
}
