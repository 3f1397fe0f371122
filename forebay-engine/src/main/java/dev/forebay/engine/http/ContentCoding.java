package dev.forebay.engine.http;

import dev.forebay.engine.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How an answer's bytes are encoded. Requests ask for {@code identity}; what a proxy on the way
 * compresses all the same is decoded.
 */
public enum ContentCoding {
  GZIP,
  /** In the form of zlib, or bare, as some servers send it. */
  DEFLATE;

  /** More than any server applies, so that decoding stays bounded. */
  private static final int MAX_CODINGS = 2;

  private static final Optional<List<ContentCoding>> NONE = Optional.of(List.of());

  /**
   * The codings in the order in which they were applied; empty if one of them cannot be decoded.
   */
  public static Optional<List<ContentCoding>> of(Headers headers) {
    if (!headers.contains(Headers.CONTENT_ENCODING)) {
      return NONE;
    }
    List<ContentCoding> all = new ArrayList<>();
    for (String value : headers.getAll(Headers.CONTENT_ENCODING)) {
      for (String name : value.split(",", -1)) {
        switch (name.trim().toLowerCase(Locale.ROOT)) {
          case "", "identity" -> {}
          case "gzip", "x-gzip" -> all.add(GZIP);
          case "deflate" -> all.add(DEFLATE);
          default -> {
            return Optional.empty();
          }
        }
      }
    }
    return all.size() > MAX_CODINGS ? Optional.empty() : Optional.of(all);
  }

  /** What to say of an answer that cannot be decoded. */
  public static String objection(Headers headers) {
    return "The target's answer has the content encoding '%s', which Forebay cannot decode; it"
        .concat(" asked for identity.")
        .formatted(String.join(", ", headers.getAll(Headers.CONTENT_ENCODING)));
  }

  /** The headers of the decoded answer; its length is no header that travels on. */
  public static Headers decoded(Headers headers) {
    return headers.contains(Headers.CONTENT_ENCODING)
        ? new Headers().addAll(headers).remove(Headers.CONTENT_ENCODING)
        : headers;
  }
}
