package dev.forebay.cluster;

import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Answers in Valkey or Redis, over a connection of their own, so that leases do not wait behind
 * them. Keys are {@code forebay:2:PREFIX:{answer:NAME}:value} and {@code ...:claim}.
 */
final class RedisAnswers implements AnswerStore {
  private static final byte[] NONE = {};

  private final RedisLink link;
  private final String prefix;

  /**
   * Connects with the first operation.
   *
   * @param prefix before all keys
   */
  RedisAnswers(RedisLink link, String prefix) {
    this.link = link;
    this.prefix = prefix;
  }

  @Override
  public CompletionStage<Entry> readOrClaim(String name, String token, String request) {
    CompletionStage<List<Object>> found =
        run(
            Scripts.ANSWER_LOOK,
            ScriptOutputType.MULTI,
            new String[] {value(name), claim(name)},
            bytes(token),
            bytes(Long.toString(CLAIM_MILLIS)),
            bytes(request));
    return found.thenApply(
        words -> {
          long what = (Long) words.get(0);
          byte[] text = words.get(2) instanceof byte[] given ? given : NONE;
          return what == 1
              ? new Entry.Answer(text, (Long) words.get(1))
              : what == 2 ? claimed(text) : what == 3 ? new Entry.Mine() : new Entry.Nothing();
        });
  }

  private static Entry claimed(byte[] claim) {
    String text = new String(claim, StandardCharsets.UTF_8);
    return new Entry.Claimed(text.substring(text.indexOf(' ') + 1));
  }

  @Override
  public CompletionStage<Boolean> keep(
      String name, String token, byte[] value, long millis, boolean firstStays) {
    CompletionStage<Long> kept =
        run(
            Scripts.ANSWER_KEEP,
            ScriptOutputType.INTEGER,
            new String[] {value(name), claim(name)},
            bytes(token),
            value,
            bytes(Long.toString(millis)),
            bytes(firstStays ? "1" : "0"));
    return kept.thenApply(done -> done == 1);
  }

  @Override
  public CompletionStage<Boolean> claim(String name, String token, long millis) {
    CompletionStage<Long> there =
        run(
            Scripts.ANSWER_CLAIM,
            ScriptOutputType.INTEGER,
            new String[] {claim(name)},
            bytes(token),
            bytes(Long.toString(millis)));
    return there.thenApply(done -> done == 1);
  }

  private String value(String name) {
    return prefix + "{answer:" + name + "}:value";
  }

  private String claim(String name) {
    return prefix + "{answer:" + name + "}:claim";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private <T> CompletionStage<T> run(
      Scripts.Script script, ScriptOutputType output, String[] keys, byte[]... arguments) {
    return link.runBytes(up -> Scripts.run(up, script, output, keys, arguments));
  }
}
