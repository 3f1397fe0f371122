package dev.forebay.cluster;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The store's operations, as scripts that it runs. */
final class Scripts {
  /**
   * A script.
   *
   * @param text what runs
   * @param digest by which a server knows it that has run it before
   */
  record Script(String text, String digest) {}

  static final Script LEASE = of("book", "lease");
  static final Script RENEW =
      script(
          function("lease", "book", "lease")
              + function("alive", "alive")
              + function("facts", "facts")
              + read("renew.lua"));
  static final Script GIVE_BACK = of("book", "giveBack");
  static final Script HELD = of("held");
  static final Script SETTLE = of("book", "settle");
  static final Script ALIVE = of("alive");
  static final Script TELL = of("tell");
  static final Script FACTS = of("facts");
  static final Script LEARN = of("learn");
  static final Script OPEN = of("open");
  static final Script PROBE = of("probe");
  static final Script ANSWER_LOOK = of("answerLook");
  static final Script ANSWER_KEEP = of("answerKeep");
  static final Script ANSWER_CLAIM = of("answerClaim");

  private Scripts() {}

  private static Script of(String... parts) {
    return script(text(parts));
  }

  private static Script script(String text) {
    return new Script(text, sha1(text));
  }

  private static String text(String... parts) {
    StringBuilder text = new StringBuilder();
    for (String part : List.of(parts)) {
      text.append(read(part + ".lua"));
    }
    return text.toString();
  }

  /** What is a script of its own too. */
  private static String function(String name, String... parts) {
    return "local function " + name + "(KEYS, ARGV)\n" + text(parts) + "end\n";
  }

  /** Runs one, which is sent along if the server does not know it. */
  static <V, T> CompletionStage<T> run(
      RedisScriptingAsyncCommands<String, V> on,
      Script script,
      ScriptOutputType output,
      String[] keys,
      V[] arguments) {
    CompletionStage<T> known = on.evalsha(script.digest(), output, keys, arguments);
    return known.exceptionallyCompose(
        e ->
            e instanceof RedisNoScriptException
                ? on.<T>eval(script.text(), output, keys, arguments)
                : CompletableFuture.failedFuture(e));
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

  private static String read(String name) {
    try (InputStream in = Scripts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no script " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
