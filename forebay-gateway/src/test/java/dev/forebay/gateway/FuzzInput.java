package dev.forebay.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Choices and parts, taken from the front of a fuzzer's bytes. At the end there are zeros. */
final class FuzzInput {
  private final byte[] bytes;
  private int at;

  FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean isEmpty() {
    return at >= bytes.length;
  }

  /** The next byte, 0 to 255. */
  int next() {
    return isEmpty() ? 0 : bytes[at++] & 0xff;
  }

  /** A choice among so many. */
  int next(int bound) {
    return next() % bound;
  }

  <T> T pick(T[] choices) {
    return choices[next(choices.length)];
  }

  /** So many bytes, or as many as there are. */
  byte[] bytes(int length) {
    int from = Math.min(at, bytes.length);
    int to = Math.min(bytes.length, from + length);
    byte[] part = Arrays.copyOfRange(bytes, from, to);
    at = to;
    return part;
  }

  byte[] rest() {
    return bytes(bytes.length);
  }

  /** A line in Latin 1, as heads are, without its end. */
  String line() {
    int end = at;
    while (end < bytes.length && bytes[end] != '\n') {
      end++;
    }
    String line = new String(bytes(end - at), StandardCharsets.ISO_8859_1);
    at++;
    return line;
  }

  /** Lines of headers up to an empty one, without those that no decoder of HTTP lets pass. */
  MultiMap headers() {
    MultiMap headers = HttpHeaders.headers();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      try {
        headers.add(line.substring(0, Math.max(0, colon)).trim(), line.substring(colon + 1).trim());
      } catch (IllegalArgumentException e) {
        // A name or value that is malformed.
      }
    }
    return headers;
  }
}
