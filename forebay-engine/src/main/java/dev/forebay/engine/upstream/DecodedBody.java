package dev.forebay.engine.upstream;

import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.engine.http.ContentCoding;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;

/** Decodes a body for its reader, no further than the reader can take. */
final class DecodedBody implements BodyReader {
  private final UpstreamAttempt attempt;
  private final ContentDecoder decoder;
  private final BodyReader reader;

  /** Decodes one coding. */
  DecodedBody(UpstreamAttempt attempt, ContentCoding coding, BodyReader reader) {
    this.attempt = attempt;
    this.decoder = new ContentDecoder(coding);
    this.reader = reader;
  }

  @Override
  public void chunk(ByteBuffer bytes) throws MalformedFrameException {
    decoder.feed(bytes);
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
        ByteBuffer piece = decoder.next();
        if (piece == null) {
          return;
        }
        reader.chunk(piece);
      }
    } catch (DataFormatException e) {
      reader.unreadable("The target's answer cannot be decoded: " + e.getMessage());
    }
  }

  @Override
  public void end() {
    if (reader.isComplete() || decoder.isComplete()) {
      reader.end();
    } else {
      reader.unreadable("The target's answer ends in the middle of its encoding.");
    }
  }

  @Override
  public void unreadable(String message) {
    reader.unreadable(message);
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
