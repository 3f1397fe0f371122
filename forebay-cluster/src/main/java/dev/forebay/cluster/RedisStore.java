package dev.forebay.cluster;

import dev.forebay.cluster.Scripts.Script;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Valkey or Redis, 6.2 or later: alone, or behind sentinels. Operations are scripts, so each is one
 * round trip and atomic; times are the server's. While the connection is lost they fail at once; it
 * is made again by itself within a second of the server's return.
 *
 * <p>Keys are {@code forebay:1:PREFIX:{QUOTA}:...}, with one hash tag for each quota. The digit is
 * the version of what they hold: another one shares nothing with this.
 */
public final class RedisStore implements SharedStore {
  private static final String LENGTH = Long.toString(LeaseBook.LEASE_MILLIS);
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final Duration RECONNECT = Duration.ofMillis(500);

  /** What waits for a server that has stopped answering; beyond it operations fail. */
  private static final int MOST_WAITING = 1_000;

  private final RedisURI address;
  private final String prefix;
  private final ClientResources resources;
  private final RedisClient client;
  private final ConcurrentMap<Script, String> digests = new ConcurrentHashMap<>();
  private @Nullable CompletableFuture<StatefulRedisConnection<String, String>> connection;
  private @Nullable CompletableFuture<StatefulRedisPubSubConnection<String, String>> news;
  private volatile Consumer<Fact> listener = fact -> {};

  /**
   * Connects with the first operation.
   *
   * @param url {@code redis://}, {@code rediss://} or {@code redis-sentinel://}
   * @param prefix keeps fleets that use one store apart
   * @throws IllegalArgumentException if the address is none
   */
  public RedisStore(String url, String prefix) {
    this.address = RedisURI.create(url);
    address.setTimeout(TIMEOUT);
    this.prefix = "forebay:1:" + prefix + ":";
    this.resources =
        ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .reconnectDelay(Delay.constant(RECONNECT))
            .build();
    this.client = RedisClient.create(resources, address);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MOST_WAITING)
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).tcpNoDelay(true).build())
            .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
            .build());
  }

  @Override
  public CompletionStage<Grant> lease(String quota, String owner, long seq, int wants, int has) {
    CompletionStage<List<Long>> answer =
        run(
            Scripts.LEASE,
            ScriptOutputType.MULTI,
            book(quota),
            LENGTH,
            owner,
            Long.toString(seq),
            Integer.toString(wants),
            Integer.toString(has));
    return answer.thenApply(
        words ->
            new Grant(
                words.get(0).intValue(),
                words.get(1).intValue(),
                words.get(2) == 1,
                words.get(3) == 1));
  }

  @Override
  public CompletionStage<?> giveBack(String quota, String owner, long seq, int has) {
    return run(
        Scripts.GIVE_BACK,
        ScriptOutputType.INTEGER,
        book(quota),
        LENGTH,
        owner,
        Long.toString(seq),
        Integer.toString(has));
  }

  @Override
  public CompletionStage<?> settle(String quota, long millis) {
    return run(
        Scripts.SETTLE,
        ScriptOutputType.INTEGER,
        book(quota),
        LENGTH,
        Long.toString(millis),
        Long.toString(LeaseBook.MAX_DEBT));
  }

  @Override
  public CompletionStage<Members> alive(String member) {
    CompletionStage<List<Object>> answer =
        run(
            Scripts.ALIVE,
            ScriptOutputType.MULTI,
            keys(fleet("members"), fleet("version")),
            member,
            Long.toString(MEMBER_MILLIS));
    return answer.thenApply(
        words ->
            new Members(
                ((Long) words.get(0)).intValue(),
                (Long) words.get(1),
                ((List<?>) words.get(2)).stream().map(String::valueOf).toList()));
  }

  @Override
  public CompletionStage<?> leave(String member) {
    return connected()
        .thenCompose(up -> up.async().zrem(fleet("members"), member).toCompletableFuture());
  }

  @Override
  public CompletionStage<?> tell(Fact fact) {
    return run(
        Scripts.TELL,
        ScriptOutputType.INTEGER,
        keys(fleet("facts"), fleet("version")),
        fact.kind().name().toLowerCase(Locale.ROOT) + " " + fact.about(),
        Long.toString(fact.millis()),
        fleet("news"),
        fact.by());
  }

  @Override
  public CompletionStage<Long> learn(String quota, long from, long to, String by) {
    return run(
        Scripts.LEARN,
        ScriptOutputType.INTEGER,
        keys(fleet("learned"), fleet("version")),
        quota,
        Long.toString(from),
        Long.toString(to),
        fleet("news"),
        by);
  }

  @Override
  public CompletionStage<Long> open(String quota, String member, boolean open) {
    return run(
        Scripts.OPEN,
        ScriptOutputType.INTEGER,
        keys(fleet("open:" + untagged(quota)), fleet("probe:" + untagged(quota))),
        member,
        Long.toString(MEMBER_MILLIS),
        open ? "1" : "0",
        fleet("news"),
        quota);
  }

  @Override
  public CompletionStage<Long> probe(String quota, String member, long millis) {
    return run(
        Scripts.PROBE,
        ScriptOutputType.INTEGER,
        keys(fleet("probe:" + untagged(quota))),
        member,
        Long.toString(millis));
  }

  @Override
  public CompletionStage<List<Fact>> facts() {
    CompletionStage<List<String>> answer =
        run(Scripts.FACTS, ScriptOutputType.MULTI, keys(fleet("facts"), fleet("learned")));
    return answer.thenApply(all -> all.stream().flatMap(each -> fact(each).stream()).toList());
  }

  @Override
  public void listen(Consumer<Fact> hears) {
    listener = hears;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, TIMEOUT);
    var unused = resources.shutdown();
  }

  /**
   * {@code MILLIS BY KIND ABOUT}, the last of which may have spaces. Empty for a kind that another
   * version of this program tells.
   */
  private static Optional<Fact> fact(String message) {
    String[] words = message.split(" ", 4);
    for (Kind kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(words[2])) {
        return Optional.of(new Fact(kind, words[3], Long.parseLong(words[0]), words[1]));
      }
    }
    return Optional.empty();
  }

  private String[] book(String quota) {
    String tag = prefix + "{" + untagged(quota) + "}:";
    return keys(tag + "book", tag + "leases", tag + "ends");
  }

  private static String untagged(String quota) {
    return quota.replace('{', '(').replace('}', ')');
  }

  private String fleet(String name) {
    return prefix + "{fleet}:" + name;
  }

  private static String[] keys(String... keys) {
    return keys;
  }

  private <T> CompletionStage<T> run(
      Script script, ScriptOutputType output, String[] keys, String... arguments) {
    String digest = digests.computeIfAbsent(script, s -> sha1(s.text()));
    return connected()
        .thenCompose(
            up -> {
              CompletionStage<T> known = up.async().evalsha(digest, output, keys, arguments);
              return known.exceptionallyCompose(
                  e ->
                      e instanceof RedisNoScriptException
                          ? up.async().<T>eval(script.text(), output, keys, arguments)
                          : CompletableFuture.failedFuture(e));
            });
  }

  private synchronized CompletableFuture<StatefulRedisConnection<String, String>> connected() {
    CompletableFuture<StatefulRedisConnection<String, String>> known = connection;
    if (known == null || known.isCompletedExceptionally()) {
      known = client.connectAsync(StringCodec.UTF8, address).toCompletableFuture();
      connection = known;
    }
    if (news == null || news.isCompletedExceptionally()) {
      news = client.connectPubSubAsync(StringCodec.UTF8, address).toCompletableFuture();
      var unused = news.thenAccept(this::subscribe);
    }
    return known;
  }

  private void subscribe(StatefulRedisPubSubConnection<String, String> to) {
    to.addListener(
        new RedisPubSubAdapter<>() {
          @Override
          public void message(String channel, String message) {
            fact(message).ifPresent(listener);
          }
        });
    var unused = to.async().subscribe(fleet("news"));
  }

  private static String sha1(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
