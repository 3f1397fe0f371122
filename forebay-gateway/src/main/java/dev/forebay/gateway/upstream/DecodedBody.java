package dev.forebay.gateway.upstream;

import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.ContentCoding;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;

/** Decodes a body for the one who reads it, no further than that one can take. */
final class DecodedBody implements UpstreamAttempt.BodyReader {
  private final UpstreamAttempt attempt;
  private final ContentDecoder decoder;
  private final UpstreamAttempt.BodyReader reader;
  private final Consumer<String> unreadable;

  /**
   * Decodes one coding.
   *
   * @param unreadable ends the attempt for that reason
   */
  DecodedBody(
      UpstreamAttempt attempt,
      ContentCoding coding,
      UpstreamAttempt.BodyReader reader,
      Consumer<String> unreadable) {
    this.attempt = attempt;
    this.decoder = new ContentDecoder(coding);
    this.reader = reader;
    this.unreadable = unreadable;
  }

  @Override
  public void chunk(Buffer bytes) throws MalformedFrameException {
    decoder.feed(Bytes.of(bytes));
    decode();
  }

  @Override
  public void resumed() throws MalformedFrameException {
    reader.resumed();
    decode();
  }

  private void decode() throws MalformedFrameException {
    try {
      while (attempt.takesMore()) {
        Buffer piece = decoder.next();
        if (piece == null) {
          return;
        }
        reader.chunk(piece);
      }
    } catch (DataFormatException e) {
      unreadable.accept("The target's answer cannot be decoded: " + e.getMessage());
    }
  }

  @Override
  public void end() {
    if (reader.isComplete() || decoder.isComplete()) {
      reader.end();
    } else {
      unreadable.accept("The target's answer ends in the middle of its encoding.");
    }
  }

  @Override
  public boolean isComplete() {
    return reader.isComplete();
  }

  @Override
  public boolean isSettled() {
    return reader.isSettled();
  }

  @Override
  public boolean settles() {
    return reader.settles();
  }

  @Override
  public void close() {
    decoder.close();
    reader.close();
  }
}
