package dev.forebay.engine.reuse;

import dev.forebay.core.SharedAnswers;
import dev.forebay.engine.Headers;
import dev.forebay.engine.call.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers as bytes, for other processes: version, time, form, headers, body. */
final class AnswerBytes {
  /** Another one is another version's answer, which this one cannot read. */
  private static final int VERSION = 1;

  /** More than any answer has, and few enough to be read in any case. */
  private static final int MOST_HEADERS = 1_000;

  private AnswerBytes() {}

  /**
   * An answer that was read.
   *
   * @param tookNanos how long it took to make
   */
  record Read(Answer answer, long tookNanos) {}

  /** Empty if that is too much for other processes. */
  static Optional<byte[]> write(Answer answer, long tookNanos) {
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    answer.headers().forEach((name, value) -> headers.add(Map.entry(name, value)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(answer.body().length + 1_024);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeLong(tookNanos);
      out.writeBoolean(answer.streamed());
      out.writeShort(headers.size());
      for (Map.Entry<String, String> header : headers) {
        out.writeUTF(header.getKey());
        out.writeUTF(header.getValue());
      }
      out.writeInt(answer.body().length);
      out.write(answer.body());
    } catch (IOException e) {
      // Memory takes all but a header of more than 64 KiB.
      return Optional.empty();
    }
    return bytes.size() > SharedAnswers.MAX_BYTES
        ? Optional.empty()
        : Optional.of(bytes.toByteArray());
  }

  /** Empty if it is none, or another version's. */
  static Optional<Read> read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        return Optional.empty();
      }
      long tookNanos = in.readLong();
      boolean streamed = in.readBoolean();
      int count = in.readUnsignedShort();
      if (count > MOST_HEADERS) {
        return Optional.empty();
      }
      Headers headers = new Headers();
      for (int i = 0; i < count; i++) {
        headers.add(in.readUTF(), in.readUTF());
      }
      int length = in.readInt();
      if (length != in.available()) {
        return Optional.empty();
      }
      return Optional.of(new Read(new Answer(streamed, headers, in.readAllBytes()), tookNanos));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
