package dev.forebay.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The store's operations, as scripts that it runs. */
final class Scripts {
  /**
   * A script.
   *
   * @param text what runs
   */
  record Script(String text) {}

  static final Script LEASE = of("book", "lease");
  static final Script GIVE_BACK = of("book", "giveBack");
  static final Script SETTLE = of("book", "settle");
  static final Script ALIVE = of("alive");
  static final Script TELL = of("tell");
  static final Script FACTS = of("facts");
  static final Script LEARN = of("learn");
  static final Script OPEN = of("open");
  static final Script PROBE = of("probe");

  private Scripts() {}

  private static Script of(String... parts) {
    StringBuilder text = new StringBuilder();
    for (String part : List.of(parts)) {
      text.append(read(part + ".lua"));
    }
    return new Script(text.toString());
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
