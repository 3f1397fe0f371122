package dev.forebay.bedrock;

import dev.forebay.bedrock.StreamEvent.Kind;
import dev.forebay.core.Outcome;
import dev.forebay.core.TokenUsage;

/**
 * Classifies the frames of one answer, and keeps count of its tokens.
 *
 * <p>Complete is an answer after its terminal event: {@code messageStop} (Converse, Nova) or {@code
 * message_stop} (Anthropic) whatever the model, a {@code completionReason} (Titan) or {@code
 * stop_reason} (Llama, Mistral), a {@code finish_reason} of a choice or {@code [DONE]} (OpenAI's
 * chat form), {@code is_finished} (Cohere), or for any model the chunk with {@code
 * amazon-bedrock-invocationMetrics}, which Bedrock adds to the last. A stream in which a guardrail
 * intervened may lack all of these: it is complete when HTTP ends it in order. Not thread-safe; one
 * per attempt.
 */
public final class StreamReader {
  private final Operation operation;
  private final ModelFamily family;
  private final UsageTally tally = new UsageTally();
  private boolean terminalSeen;
  private boolean intervened;

  /**
   * Reads the stream of one attempt.
   *
   * @param operation a streaming one
   */
  public StreamReader(Operation operation, ModelFamily family) {
    if (!operation.streaming()) {
      throw new IllegalArgumentException("operation must be a streaming one, was " + operation);
    }
    this.operation = operation;
    this.family = family;
  }

  /** Reads the next frame. Never throws on what it holds. */
  public StreamEvent read(Frame frame) {
    String messageType = frame.header(":message-type");
    StreamEvent event =
        switch (messageType == null ? "" : messageType) {
          case "event" -> event(frame);
          case "exception" ->
              failed(frame, Errors.classifyEvent(frame.header(":exception-type"), frame.payload()));
          case "error" ->
              failed(
                  frame,
                  Errors.classifyErrorFrame(
                      frame.header(":error-code"), frame.header(":error-message")));
          default -> new StreamEvent(Kind.UNKNOWN, false, frame, null);
        };
    terminalSeen |= event.terminal();
    return event;
  }

  /** Whether the answer is complete, so that nothing is missing however the stream ends. */
  public boolean terminalSeen() {
    return terminalSeen;
  }

  /**
   * Whether the answer is complete if HTTP ends it here in order, at a frame's boundary: after a
   * terminal event, or after a guardrail has intervened in InvokeModel's stream, which Bedrock then
   * ends without one. Until the end comes an intervention means nothing, as Bedrock marks every
   * chunk of some streams so.
   */
  public boolean mayEnd() {
    return terminalSeen || intervened;
  }

  /** The tokens counted so far; zero until the stream says. */
  public TokenUsage usage() {
    return tally.usage();
  }

  private static StreamEvent failed(Frame frame, Outcome.Failure failure) {
    return new StreamEvent(Kind.EXCEPTION, false, frame, failure);
  }

  private StreamEvent event(Frame frame) {
    String type = frame.header(":event-type");
    JsonCursor json = new JsonCursor(frame.raw(), frame.payloadOffset(), frame.payloadLength());
    try {
      if (type == null || !json.enterObject()) {
        return new StreamEvent(Kind.UNKNOWN, false, frame, null);
      }
      if (operation == Operation.CONVERSE_STREAM) {
        Kind kind = ConverseEvent.read(type, json, tally);
        return new StreamEvent(kind, kind == Kind.TERMINAL, frame, null);
      }
      return type.equals("chunk")
          ? chunk(json, frame)
          : new StreamEvent(Kind.UNKNOWN, false, frame, null);
    } catch (MalformedJsonException e) {
      return new StreamEvent(Kind.UNKNOWN, false, frame, null);
    }
  }

  /** A chunk's payload is {@code {"bytes": base64 of the model's JSON, "p": padding}}. */
  private StreamEvent chunk(JsonCursor json, Frame frame) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      if (name.equals("bytes")) {
        byte[] bytes = json.getBinaryValue();
        ModelChunk chunk = ModelChunk.read(bytes, family, tally);
        intervened |= chunk.intervened();
        return new StreamEvent(chunk.kind(), chunk.terminal(), frame, null);
      }
      json.skipChildren();
    }
    return new StreamEvent(Kind.UNKNOWN, false, frame, null);
  }
}
