package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** One thing the emulator does on the wire. */
sealed interface WireAction {
  /** Sends a status and headers; a body follows in parts. */
  record Head(int status, Map<String, String> headers) implements WireAction {}

  /** Sends a whole response. */
  record Whole(int status, Map<String, String> headers, Buffer body) implements WireAction {}

  /** Sends an event of a stream. */
  record Frame(Event event, Form form) implements WireAction {}

  /** Sends a part of a body as it is. */
  record Bytes(Buffer bytes) implements WireAction {}

  /** Sends bytes past the HTTP codec. */
  record Raw(Buffer bytes) implements WireAction {}

  /** Ends the response as HTTP wants it. */
  record End() implements WireAction {}

  /** Closes the connection (FIN). */
  record Close() implements WireAction {}

  /** Resets the connection (RST), or over HTTP/2 the stream. */
  record Abort() implements WireAction {}

  /** How whole a frame is sent. */
  enum Form {
    WHOLE,
    HALF,
    MALFORMED
  }

  /** Whether nothing can follow. */
  default boolean last() {
    return switch (this) {
      case Whole whole -> true;
      case End end -> true;
      case Close close -> true;
      case Abort abort -> true;
      case Head head -> false;
      case Frame frame -> false;
      case Bytes bytes -> false;
      case Raw raw -> false;
    };
  }
}
