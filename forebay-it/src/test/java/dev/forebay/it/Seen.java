package dev.forebay.it;

import dev.forebay.testkit.CallEnd;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/** What a caller has seen of its call, read by AWS's own decoder, which checks the checksums. */
record Seen(int status, String errorType, List<String> events, String text, String answeredBy) {
  /**
   * Reads all that came over a connection.
   *
   * @throws AssertionError if that is anything but one whole HTTP answer
   */
  static Seen of(byte[] wire) {
    int bodyAt = indexOf(wire, "\r\n\r\n", 0) + 4;
    if (bodyAt < 4) {
      throw new AssertionError("no answer: " + new String(wire, StandardCharsets.ISO_8859_1));
    }
    String head = new String(wire, 0, bodyAt, StandardCharsets.ISO_8859_1);
    byte[] body =
        header(head, "transfer-encoding").equals("chunked")
            ? unchunked(wire, bodyAt)
            : sized(wire, bodyAt, Integer.parseInt(header(head, "content-length")));
    int status = Integer.parseInt(head.substring(9, 12));
    // As SDKs read it: without what follows the colon.
    String type = header(head, "x-amzn-errortype").replaceFirst(":.*", "");
    String by = header(head, "x-forebay-answer");
    boolean stream = header(head, "content-type").equals("application/vnd.amazon.eventstream");
    return stream ? stream(status, type, by, body) : whole(status, type, by, body);
  }

  /** Reads the body of a stream, or of the error in its place, whose head a client has read. */
  static Seen of(SdkHttpResponse head, byte[] body) {
    String type = head.firstMatchingHeader("x-amzn-errortype").orElse("").replaceFirst(":.*", "");
    String by = head.firstMatchingHeader("x-forebay-answer").orElse("");
    return head.statusCode() == 200
        ? stream(200, type, by, body)
        : whole(head.statusCode(), type, by, body);
  }

  /** Whether a stream or a unary answer has come to its proper end. */
  boolean complete() {
    return status == 200 && (events.isEmpty() || events.contains("messageStop"));
  }

  /** How the call has ended. */
  CallEnd end() {
    if (!exception().isEmpty()) {
      return new CallEnd.Break(exception());
    }
    return status == 200
        ? new CallEnd.Answer(complete() ? answeredBy : "an incomplete stream without an error")
        : new CallEnd.Refusal(status, errorType);
  }

  /** The exception that ends the stream, empty if none does. */
  String exception() {
    String last = events.isEmpty() ? "" : events.getLast();
    return last.startsWith("!") ? last.substring(1) : "";
  }

  private static Seen whole(int status, String type, String by, byte[] body) {
    JsonObject json = new JsonObject(new String(body, StandardCharsets.UTF_8));
    String text =
        status != 200
            ? json.getString("message")
            : json.getJsonObject("output")
                .getJsonObject("message")
                .getJsonArray("content")
                .getJsonObject(0)
                .getString("text");
    return new Seen(status, type, List.of(), text, by);
  }

  private static Seen stream(int status, String type, String by, byte[] body) {
    MessageDecoder decoder = new MessageDecoder();
    decoder.feed(ByteBuffer.wrap(body));
    List<String> events = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Message message : decoder.getDecodedMessages()) {
      if (value(message, ":message-type").equals("exception")) {
        events.add("!" + value(message, ":exception-type"));
      } else {
        events.add(value(message, ":event-type"));
        text.append(text(message.getPayload()));
      }
    }
    if (events.isEmpty()) {
      throw new AssertionError("a stream without an event");
    }
    return new Seen(status, type, List.copyOf(events), text.toString(), by);
  }

  private static String text(byte[] payload) {
    JsonObject delta =
        payload.length == 0
            ? null
            : new JsonObject(new String(payload, StandardCharsets.UTF_8)).getJsonObject("delta");
    return delta == null ? "" : delta.getString("text", "");
  }

  private static String value(Message message, String header) {
    HeaderValue value = message.getHeaders().get(header);
    return value == null ? "" : value.getString();
  }

  private static byte[] sized(byte[] wire, int at, int length) {
    if (wire.length - at != length) {
      throw new AssertionError("%d bytes came, not %d".formatted(wire.length - at, length));
    }
    return Arrays.copyOfRange(wire, at, wire.length);
  }

  private static byte[] unchunked(byte[] wire, int from) {
    ByteBuffer body = ByteBuffer.allocate(wire.length);
    int at = from;
    while (true) {
      int line = indexOf(wire, "\r\n", at);
      if (line < 0) {
        throw new AssertionError("the answer was cut off");
      }
      int size = Integer.parseInt(new String(wire, at, line - at, StandardCharsets.ISO_8859_1), 16);
      at = line + 2;
      body.put(wire, at, size);
      at += size + 2;
      if (size == 0) {
        if (at != wire.length) {
          throw new AssertionError("something came after the answer's end");
        }
        return Arrays.copyOf(body.array(), body.position());
      }
    }
  }

  private static String header(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
        return line.substring(name.length() + 1).trim();
      }
    }
    return "";
  }

  private static int indexOf(byte[] wire, String text, int from) {
    return new String(wire, StandardCharsets.ISO_8859_1).indexOf(text, from);
  }
}
