package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A ledger by the scripts of one version of this program on a real server, whose clock they do not
 * read: times are the test's, in the key {@code clock}.
 */
final class ScriptLedger implements Ledger {
  /**
   * The scripts of a version.
   *
   * @param digit of the keys
   */
  record Version(String digit, Operation lease, Operation giveBack, Operation settle) {
    static Version present() {
      Version recorded = recorded("0.1.0");
      return new Version(
          recorded.digit,
          recorded.lease.with(Scripts.LEASE),
          recorded.giveBack.with(Scripts.GIVE_BACK),
          recorded.settle.with(Scripts.SETTLE));
    }

    /** As it was kept in a folder of that name. */
    static Version recorded(String name) {
      Properties calls = new Properties();
      try (InputStreamReader reader =
          new InputStreamReader(resource(name, "calls.properties"), UTF_8)) {
        calls.load(reader);
        return new Version(
            calls.getProperty("digit", ""),
            operation(name, "lease", calls),
            operation(name, "giveBack", calls),
            operation(name, "settle", calls));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Operation operation(String name, String of, Properties calls)
        throws IOException {
      try (InputStream in = resource(name, of + ".lua")) {
        String text = new String(in.readAllBytes(), UTF_8);
        return new Operation(text, List.of(calls.getProperty(of, "").split(" ", -1)));
      }
    }

    private static InputStream resource(String name, String file) {
      InputStream in = ScriptLedger.class.getResourceAsStream("recorded/" + name + "/" + file);
      if (in == null) {
        throw new IllegalStateException("nothing recorded: " + name + "/" + file);
      }
      return in;
    }
  }

  /**
   * A script.
   *
   * @param arguments the names of what it takes
   */
  record Operation(String text, List<String> arguments) {
    Operation with(Scripts.Script script) {
      return new Operation(script.text(), arguments);
    }
  }

  private final RedisCommands<String, String> server;
  private final Version version;
  private final String[] keys;

  /**
   * Of a quota.
   *
   * @param digit of its keys
   */
  ScriptLedger(RedisCommands<String, String> server, Version version, String digit) {
    this.server = server;
    this.version = version;
    String tag = "forebay:" + digit + ":test:{quota}:";
    this.keys = new String[] {tag + "book", tag + "leases", tag + "ends"};
  }

  @Override
  public Grant lease(String owner, long seq, int wants, int has, int weight, long nowMillis) {
    List<Long> words =
        run(
            version.lease(),
            nowMillis,
            Map.of("owner", owner, "seq", seq, "wants", wants, "has", has, "weight", weight));
    return new Grant(
        words.get(0).intValue(), words.get(1).intValue(), words.get(2) == 1, words.get(3) == 1);
  }

  @Override
  public void giveBack(String owner, long seq, int has, long nowMillis) {
    run(version.giveBack(), nowMillis, Map.of("owner", owner, "seq", seq, "has", has));
  }

  @Override
  public void settle(long millis, long nowMillis) {
    run(version.settle(), nowMillis, Map.of("millis", millis));
  }

  @Override
  public long counted(long nowMillis) {
    settle(0, nowMillis);
    return Long.parseLong(server.hget(keys[0], "counted"));
  }

  private List<Long> run(Operation operation, long nowMillis, Map<String, ?> values) {
    server.hset(
        "clock",
        Map.of(
            "s", Long.toString(nowMillis / 1_000), "us", Long.toString(nowMillis % 1_000 * 1_000)));
    String text =
        operation.text().replace("redis.call('TIME')", "redis.call('HMGET', 'clock', 's', 'us')");
    String[] arguments =
        operation.arguments().stream().map(name -> value(name, values)).toArray(String[]::new);
    return server.eval(text, ScriptOutputType.MULTI, keys, arguments);
  }

  private static String value(String name, Map<String, ?> values) {
    return switch (name) {
      case "length" -> Long.toString(LeaseBook.LEASE_MILLIS);
      case "most" -> Long.toString(LeaseBook.MAX_DEBT);
      default -> String.valueOf(values.get(name));
    };
  }
}
