package dev.forebay.engine.sigv4;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request in the form over which AWS Signature Version 4 is computed. Made from the path and the
 * headers as they came: a path or header that was put into another form on the way has another
 * signature.
 *
 * @param head all of it but the hash of the payload
 */
public record CanonicalRequest(String head) {
  private static final Comparator<String> BY_NAME_AND_VALUE =
      Comparator.<String, String>comparing(pair -> pair.substring(0, pair.indexOf('=')))
          .thenComparing(pair -> pair);
  private static final String AUTHORITY = ":authority";

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** What is written as it is; all other bytes are encoded. */
  private static final BitSet PLAIN = new BitSet();

  static {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
        .chars()
        .forEach(PLAIN::set);
  }

  /**
   * Makes the form, with the headers that were signed.
   *
   * @param uri path and query as they came
   * @param headers the values of a name
   * @param authority host and port as HTTP/2 names them apart from the headers; null if not named
   * @return empty if one of the headers is not there
   */
  public static Optional<CanonicalRequest> of(
      String method,
      String uri,
      Function<String, List<String>> headers,
      @Nullable String authority,
      List<String> signedHeaders) {
    int query = uri.indexOf('?');
    StringBuilder head =
        new StringBuilder(512)
            .append(method)
            .append('\n')
            .append(encoded(query < 0 ? uri : uri.substring(0, query), true))
            .append('\n')
            .append(query < 0 ? "" : canonicalQuery(uri.substring(query + 1)))
            .append('\n');
    for (String name : signedHeaders) {
      String value = value(headers, authority, name);
      if (value == null) {
        return Optional.empty();
      }
      head.append(name).append(':').append(value).append('\n');
    }
    head.append('\n').append(String.join(";", signedHeaders)).append('\n');
    return Optional.of(new CanonicalRequest(head.toString()));
  }

  public String with(String payloadHash) {
    return head + payloadHash;
  }

  /**
   * Over HTTP/2 the name of the host comes as a pseudo-header. Some clients sign it under that
   * name, others as the {@code host} that it was before.
   */
  private static @Nullable String value(
      Function<String, List<String>> headers, @Nullable String authority, String name) {
    List<String> values = headers.apply(name);
    if (!values.isEmpty()) {
      return values.stream().map(CanonicalRequest::trimmed).collect(Collectors.joining(","));
    }
    boolean host = name.equals("host") || name.equals(AUTHORITY);
    return host ? authority : null;
  }

  /** Spaces around and several spaces within count as none and one. */
  public static String trimmed(String value) {
    String trimmed = value.strip();
    return trimmed.contains("  ") || trimmed.indexOf('\t') >= 0
        ? trimmed.replaceAll("\\s+", " ")
        : trimmed;
  }

  /** Encodes a text; a path, whose slashes stay, is encoded already, and once more for this. */
  public static String encoded(String text, boolean path) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      if (PLAIN.get(c) && (path || c != '/')) {
        encoded.append(c);
      } else {
        encoded.append('%');
        HEX.toHexDigits(encoded, each);
      }
    }
    return encoded.toString();
  }

  /** Sorted by name, then value; what was encoded by the sender stays so. */
  public static String canonicalQuery(String rawQuery) {
    return Arrays.stream(rawQuery.split("&", -1))
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.indexOf('=') < 0 ? pair + '=' : pair)
        .sorted(BY_NAME_AND_VALUE)
        .collect(Collectors.joining("&"));
  }
}
