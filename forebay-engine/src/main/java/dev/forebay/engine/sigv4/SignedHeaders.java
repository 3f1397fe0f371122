package dev.forebay.engine.sigv4;

import dev.forebay.engine.Headers;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request that are part of its signature, sorted by name. They are few, so each is
 * inserted at its place. Not thread-safe.
 */
public final class SignedHeaders {
  private static final String AMZ_PREFIX = "x-amz-";

  private String[] names = new String[8];
  private String[] values = new String[8];
  private int size;

  private SignedHeaders() {}

  /** Those that AWS asks for; others may hold characters whose signed form is not what is sent. */
  public static SignedHeaders of(Headers headers) {
    SignedHeaders signed = new SignedHeaders();
    headers.forEach(
        (header, value) -> {
          String name = signedName(header);
          if (name != null) {
            signed.insert(name, CanonicalRequest.trimmed(value));
          }
        });
    return signed;
  }

  /** The header's name as it is signed; null if it is not. */
  private static @Nullable String signedName(String header) {
    if (header.equalsIgnoreCase(Headers.CONTENT_TYPE)) {
      return Headers.CONTENT_TYPE;
    }
    if (header.equalsIgnoreCase(Headers.HOST)) {
      return Headers.HOST;
    }
    boolean isAmzHeader = header.regionMatches(true, 0, AMZ_PREFIX, 0, AMZ_PREFIX.length());
    return isAmzHeader ? header.toLowerCase(Locale.ROOT) : null;
  }

  private void insert(String name, String value) {
    int at = size;
    while (at > 0 && names[at - 1].compareTo(name) > 0) {
      at--;
    }
    if (at > 0 && names[at - 1].equals(name)) {
      values[at - 1] += ',' + value;
      return;
    }
    if (size == names.length) {
      names = Arrays.copyOf(names, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    System.arraycopy(names, at, names, at + 1, size - at);
    System.arraycopy(values, at, values, at + 1, size - at);
    names[at] = name;
    values[at] = value;
    size++;
  }

  /** Adds each as the canonical request has it, on a line of its own. */
  public void appendTo(StringBuilder request) {
    for (int i = 0; i < size; i++) {
      request.append(names[i]).append(':').append(values[i]).append('\n');
    }
  }

  /** As the authorization lists them. */
  public String names() {
    StringBuilder all = new StringBuilder(64);
    for (int i = 0; i < size; i++) {
      all.append(i == 0 ? "" : ";").append(names[i]);
    }
    return all.toString();
  }
}
