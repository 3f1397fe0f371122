package dev.forebay.jobs;

import java.util.Arrays;

/** The bytes of a request or an answer, as they came. Shows only its size: it may be a prompt. */
public final class Content {
  /** No bytes at all. */
  public static final Content EMPTY = new Content(new byte[0]);

  private final byte[] bytes;

  private Content(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes over the array, which must not change any more. */
  public static Content of(byte[] bytes) {
    return new Content(bytes);
  }

  /** The array itself, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes there are. */
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Content content && Arrays.equals(bytes, content.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
