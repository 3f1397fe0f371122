package dev.forebay.engine.reuse;

import dev.forebay.engine.Headers;
import java.util.Locale;

/**
 * What the caller's {@code Cache-Control} asks for (RFC 9111, 5.2.1).
 *
 * @param noCache no kept answer is wanted
 * @param noStore the answer is not to be kept
 */
public record CacheDirectives(boolean noCache, boolean noStore) {
  public static CacheDirectives of(Headers headers) {
    boolean noCache = false;
    boolean noStore = false;
    for (String line : headers.getAll(Headers.CACHE_CONTROL)) {
      for (String directive : line.split(",", -1)) {
        String name = directive.strip().toLowerCase(Locale.ROOT);
        noCache |= name.equals("no-cache");
        noStore |= name.equals("no-store");
      }
    }
    return new CacheDirectives(noCache, noStore);
  }
}
