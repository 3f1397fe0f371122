package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
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
   * @param texts by operation
   * @param arguments by operation, the names of what it takes in their order
   */
  record Version(String digit, Map<String, String> texts, Map<String, String> arguments) {
    static Version present() {
      Version recorded = recorded("0.1.0");
      return new Version(
          recorded.digit,
          Map.of(
              "lease", Scripts.LEASE.text(),
              "giveBack", Scripts.GIVE_BACK.text(),
              "settle", Scripts.SETTLE.text()),
          recorded.arguments);
    }

    /** As it was kept in a folder of that name. */
    static Version recorded(String name) {
      Properties calls = new Properties();
      try (InputStreamReader reader =
          new InputStreamReader(resource(name, "calls.properties"), UTF_8)) {
        calls.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Version(
          calls.getProperty("digit"),
          Map.of(
              "lease", text(name, "lease"),
              "giveBack", text(name, "giveBack"),
              "settle", text(name, "settle")),
          Map.of(
              "lease", calls.getProperty("lease"),
              "giveBack", calls.getProperty("giveBack"),
              "settle", calls.getProperty("settle")));
    }

    private static String text(String name, String operation) {
      try (InputStream in = resource(name, operation + ".lua")) {
        return new String(in.readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
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
            "lease",
            ScriptOutputType.MULTI,
            nowMillis,
            Map.of("owner", owner, "seq", seq, "wants", wants, "has", has, "weight", weight));
    return new Grant(
        words.get(0).intValue(), words.get(1).intValue(), words.get(2) == 1, words.get(3) == 1);
  }

  @Override
  public void giveBack(String owner, long seq, int has, long nowMillis) {
    run(
        "giveBack",
        ScriptOutputType.INTEGER,
        nowMillis,
        Map.of("owner", owner, "seq", seq, "has", has));
  }

  @Override
  public void settle(long millis, long nowMillis) {
    run("settle", ScriptOutputType.INTEGER, nowMillis, Map.of("millis", millis));
  }

  @Override
  public long counted(long nowMillis) {
    settle(0, nowMillis);
    return Long.parseLong(server.hget(keys[0], "counted"));
  }

  private <T> T run(
      String operation, ScriptOutputType output, long nowMillis, Map<String, Object> values) {
    server.hset(
        "clock",
        Map.of(
            "s", Long.toString(nowMillis / 1_000), "us", Long.toString(nowMillis % 1_000 * 1_000)));
    String text =
        version
            .texts()
            .get(operation)
            .replace("redis.call('TIME')", "redis.call('HMGET', 'clock', 's', 'us')");
    String[] arguments =
        Arrays.stream(version.arguments().get(operation).split(" "))
            .map(name -> value(name, values))
            .toArray(String[]::new);
    return server.eval(text, output, keys, arguments);
  }

  private static String value(String name, Map<String, Object> values) {
    return switch (name) {
      case "length" -> Long.toString(LeaseBook.LEASE_MILLIS);
      case "most" -> Long.toString(LeaseBook.MAX_DEBT);
      default -> values.get(name).toString();
    };
  }
}
