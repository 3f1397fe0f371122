package dev.forebay.cluster;

import dev.forebay.cluster.Scripts.Script;
import dev.forebay.config.ClusterConfig;
import io.lettuce.core.ScriptOutputType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Valkey or Redis, 6.2 or later: alone, behind sentinels, or a cluster. Operations are scripts, so
 * each is one round trip and atomic; times are the server's. While the connection is lost they fail
 * at once; it is made again by itself within a second of the server's return.
 *
 * <p>Keys are {@code forebay:2:PREFIX:{QUOTA}:...}, with one hash tag for each quota. The digit is
 * the version of what they hold: another one shares nothing with this.
 */
public final class RedisStore implements SharedStore {
  private static final String LENGTH = Long.toString(LeaseBook.LEASE_MILLIS);

  private final String prefix;
  private final String weight;
  private final RedisLink link;
  private volatile Consumer<Fact> listener = fact -> {};

  /**
   * Connects with the first operation.
   *
   * @throws IllegalArgumentException if the address is none
   */
  public RedisStore(ClusterConfig config) {
    this.prefix = "forebay:2:" + config.prefix() + ":";
    this.weight = Integer.toString(config.weight());
    this.link =
        new RedisLink(
            config,
            fleet("news"),
            message -> fact(message).ifPresent(fact -> listener.accept(fact)));
  }

  /** Answers in the same store. */
  AnswerStore answers() {
    return new RedisAnswers(link, prefix);
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
            Integer.toString(has),
            weight);
    return answer.thenApply(RedisStore::grant);
  }

  private static Grant grant(List<Long> words) {
    return new Grant(
        words.get(0).intValue(), words.get(1).intValue(), words.get(2) == 1, words.get(3) == 1);
  }

  /** In one, but for a Redis Cluster, where quotas and members are on different servers. */
  @Override
  public List<CompletionStage<Renewed>> renew(Renewal asked) {
    if (link.isCluster()) {
      return SharedStore.super.renew(asked);
    }
    List<String> quotas = asked.presence().map(Presence::quotas).orElse(List.of());
    List<String> keys =
        new ArrayList<>(
            List.of(fleet("members"), fleet("version"), fleet("facts"), fleet("learned")));
    quotas.forEach(quota -> keys.add(opinions(quota)));
    List<String> arguments = new ArrayList<>();
    arguments.add(asked.presence().map(Presence::member).orElse(""));
    arguments.add(Long.toString(MEMBER_MILLIS));
    arguments.add(Long.toString(asked.presence().map(Presence::version).orElse(0L)));
    arguments.add(Integer.toString(quotas.size()));
    arguments.addAll(quotas);
    arguments.add(LENGTH);
    for (Lease lease : asked.leases()) {
      keys.addAll(List.of(book(lease.quota())));
      arguments.add(lease.owner());
      arguments.add(Long.toString(lease.seq()));
      arguments.add(Integer.toString(lease.wants()));
      arguments.add(Integer.toString(lease.has()));
      arguments.add(weight);
    }
    CompletionStage<List<List<Object>>> answer =
        run(
            Scripts.RENEW,
            ScriptOutputType.MULTI,
            keys.toArray(String[]::new),
            arguments.toArray(String[]::new));
    return List.of(answer.thenApply(parts -> renewed(asked.leases(), parts)));
  }

  @SuppressWarnings("unchecked") // as renew.lua makes it
  private static Renewed renewed(List<Lease> asked, List<List<Object>> parts) {
    List<Granted> granted = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      granted.add(new Granted(asked.get(i), grant((List<Long>) parts.get(2).get(i))));
    }
    List<Object> members = parts.get(0);
    return new Renewed(
        members.isEmpty() ? Optional.empty() : Optional.of(members(members)),
        parts.get(1).stream().flatMap(each -> fact(String.valueOf(each)).stream()).toList(),
        granted);
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
  public CompletionStage<List<Held>> held(String quota) {
    String[] book = book(quota);
    CompletionStage<List<String>> answer =
        run(Scripts.HELD, ScriptOutputType.MULTI, keys(book[1], book[2]));
    return answer.thenApply(RedisStore::held);
  }

  /** Each an owner and {@code SEQ HAS WANTS ...}. */
  private static List<Held> held(List<String> words) {
    List<Held> all = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i += 2) {
      String[] lease = words.get(i + 1).split(" ", 4);
      all.add(new Held(words.get(i), Integer.parseInt(lease[2]), Integer.parseInt(lease[1])));
    }
    return all;
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
    return answer.thenApply(RedisStore::members);
  }

  private static Members members(List<Object> words) {
    return new Members(
        ((Long) words.get(0)).intValue(),
        (Long) words.get(1),
        ((List<?>) words.get(2)).stream().map(String::valueOf).toList());
  }

  @Override
  public CompletionStage<?> leave(String member) {
    return link.run(up -> up.zrem(fleet("members"), member));
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
        keys(fleet("learned"), fleet("version"), fleet("learnedEnds")),
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
        keys(opinions(quota), fleet("probe:" + untagged(quota)), fleet("version")),
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
  public CompletionStage<List<Fact>> facts(Collection<String> quotas) {
    Stream<String> opinions = quotas.stream().map(this::opinions);
    String[] keys =
        Stream.concat(Stream.of(fleet("facts"), fleet("learned")), opinions).toArray(String[]::new);
    CompletionStage<List<String>> answer =
        run(Scripts.FACTS, ScriptOutputType.MULTI, keys, quotas.toArray(String[]::new));
    return answer.thenApply(all -> all.stream().flatMap(each -> fact(each).stream()).toList());
  }

  @Override
  public void listen(Consumer<Fact> hears) {
    listener = hears;
  }

  @Override
  public void rest() {
    link.rest();
  }

  @Override
  public void close() {
    link.close();
  }

  /**
   * {@code MILLIS BY KIND ABOUT}, the last of which may have spaces. Empty for a kind that only
   * another version of this program knows.
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

  private String opinions(String quota) {
    return fleet("open:" + untagged(quota));
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
    return link.run(up -> Scripts.run(up, script, output, keys, arguments));
  }
}
