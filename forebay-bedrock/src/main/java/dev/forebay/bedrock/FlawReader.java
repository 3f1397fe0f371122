package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import dev.forebay.core.Flaw;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether an answer is one: by why it ended, and by whether it holds a word or a tool's
 * use. It knows the members of all forms of answers by their names, so that it needs no family:
 * Converse's, Anthropic's, Nova's, the chat form, Titan's, Llama's, Mistral's and Cohere's. Not
 * thread-safe; one for each attempt.
 */
public final class FlawReader {
  private static final String REASONING = "<reasoning>";
  private static final String REASONING_END = "</reasoning>";

  /** A text that is longer than this holds a word: it is not copied to look into it. */
  private static final int LONG_TEXT = 1_000_000;

  private String stop = "";
  private boolean said;
  private boolean declined;

  /** What is wrong with a whole answer that came as a success; null if nothing. */
  public static @Nullable Flaw of(byte[] body) {
    FlawReader reader = new FlawReader();
    reader.read(new JsonCursor(body));
    return reader.flaw();
  }

  /** Takes the next event of a stream. Frames in the middle of an answer are not looked into. */
  public void read(StreamEvent event) {
    if (event.failure() == null && !(said && event.content() && !event.terminal())) {
      Frame frame = event.frame();
      read(new JsonCursor(frame.raw(), frame.payloadOffset(), frame.payloadLength()));
    }
  }

  /** What is wrong with what has come by now; null if nothing, or if it has not ended. */
  public @Nullable Flaw flaw() {
    if (declined) {
      return Flaw.REFUSAL;
    }
    return switch (stop) {
      case "refusal" -> Flaw.REFUSAL;
      case "content_filtered", "content_filter", "error_toxic" -> Flaw.CONTENT_FILTERED;
      case "malformed_model_output", "malformed_tool_use" -> Flaw.MALFORMED;
      case "model_context_window_exceeded" -> Flaw.CONTEXT_WINDOW;
      case "end_turn", "stop", "finish", "complete", "eos_token" -> said ? null : Flaw.EMPTY;
      default -> null;
    };
  }

  private void read(JsonCursor json) {
    try {
      if (json.enterObject()) {
        members(json);
      }
    } catch (MalformedJsonException e) {
      // Whether it can be read at all is for others to judge.
    }
  }

  private void value(JsonCursor json) {
    Token token = json.currentToken();
    if (token == Token.START_OBJECT) {
      members(json);
    } else if (token == Token.START_ARRAY) {
      while (json.nextToken() != Token.END_ARRAY) {
        value(json);
      }
    } else if (token == Token.VALUE_STRING && !said) {
      if (json.beginsWithWord() || json.textBytes() > LONG_TEXT) {
        said = true;
      } else {
        text(json.getString());
      }
    }
  }

  private void members(JsonCursor json) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      member(name, json, json.nextToken());
    }
  }

  /** Takes the value that the cursor stands at, and passes over it. */
  void member(String name, JsonCursor json, @Nullable Token token) {
    boolean isText = token == Token.VALUE_STRING;
    switch (name) {
      case "stop_reason", "stopReason", "finish_reason", "completionReason" -> {
        if (isText) {
          stop = json.getString().toLowerCase(Locale.ROOT);
        }
        json.skipChildren();
      }
      case "type" -> {
        said |= isText && isUseOfTool(json.getString());
        json.skipChildren();
      }
      case "refusal" -> {
        declined |= isText && !json.getString().isBlank();
        json.skipChildren();
      }
      case "toolUse", "tool_calls", "image", "audio", "video", "document" -> {
        said |= token == Token.START_OBJECT || json.holdsText();
        json.skipChildren();
      }
      case "bytes" -> {
        if (isText) {
          read(new JsonCursor(json.getBinaryValue()));
        }
        json.skipChildren();
      }
      case "output",
          "message",
          "content",
          "choices",
          "outputs",
          "results",
          "delta",
          "start",
          "content_block",
          "contentBlockStart",
          "contentBlockDelta",
          "messageStop",
          "text",
          "outputText",
          "generation" ->
          value(json);
      default -> json.skipChildren();
    }
  }

  private static boolean isUseOfTool(String type) {
    return type.endsWith("tool_use") || type.endsWith("tool_result") || type.equals("image");
  }

  /** The open models of OpenAI put their reasoning into the text, in marks. */
  private void text(String text) {
    String plain = text.strip();
    if (plain.startsWith(REASONING)) {
      int end = plain.lastIndexOf(REASONING_END);
      plain = end < 0 ? "" : plain.substring(end + REASONING_END.length());
    }
    said |= !plain.isBlank();
  }
}
