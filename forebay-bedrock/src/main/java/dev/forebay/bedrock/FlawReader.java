package dev.forebay.bedrock;

import dev.forebay.core.Flaw;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds out whether an answer is one: by why it ended, and by whether it holds a word or a tool's
 * use. It knows the members of all forms of answers by their names, so that it needs no family:
 * Converse's, Anthropic's, Nova's, the chat form, Titan's, Llama's, Mistral's and Cohere's. Not
 * thread-safe; one for each attempt.
 */
public final class FlawReader {
  private static final String REASONING = "<reasoning>";
  private static final String REASONING_END = "</reasoning>";

  /** A text of so many characters is one: it is not copied to look into it. */
  private static final int LONG_TEXT = 1_000_000;

  /** What is read, from the offset on. */
  private byte[] bytes = {};

  private int offset;
  private String stop = "";
  private boolean said;
  private boolean declined;

  /** What is wrong with a whole answer that came as a success; null if nothing. */
  public static @Nullable Flaw of(byte[] body) {
    FlawReader reader = new FlawReader();
    reader.read(body, 0, body.length);
    return reader.flaw();
  }

  /** Takes the next event of a stream. Frames in the middle of an answer are not looked into. */
  public void read(StreamEvent event) {
    if (event.failure() == null && !(said && event.content() && !event.terminal())) {
      Frame frame = event.frame();
      read(frame.raw(), frame.payloadOffset(), frame.payloadLength());
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

  private void read(byte[] json, int from, int length) {
    byte[] outer = bytes;
    int outerOffset = offset;
    try (JsonParser parser = parser(json, from, length)) {
      if (Json.enterObject(parser)) {
        members(parser);
      }
    } catch (JacksonException e) {
      // Whether it can be read at all is for others to judge.
    } finally {
      bytes = outer;
      offset = outerOffset;
    }
  }

  /** A parser whose members are read here. */
  JsonParser parser(byte[] json, int from, int length) {
    bytes = json;
    offset = from;
    return Json.parser(json, from, length);
  }

  private void value(JsonParser json) {
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_OBJECT) {
      members(json);
    } else if (token == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        value(json);
      }
    } else if (token == JsonToken.VALUE_STRING && !said) {
      if (beginsWithWord(json) || json.getStringLength() > LONG_TEXT) {
        said = true;
      } else {
        text(json.getString());
      }
    }
  }

  private void members(JsonParser json) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      member(name, json, json.nextToken());
    }
  }

  /** Takes the value that the parser stands at, and passes over it. */
  void member(String name, JsonParser json, @Nullable JsonToken token) {
    boolean isText = token == JsonToken.VALUE_STRING;
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
        said |= token == JsonToken.START_OBJECT || Json.holdsText(json);
        json.skipChildren();
      }
      case "bytes" -> {
        if (isText) {
          byte[] chunk = json.getBinaryValue();
          read(chunk, 0, chunk.length);
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

  /** Whether the text's first byte is a letter or sign for itself: then it need not be decoded. */
  private boolean beginsWithWord(JsonParser json) {
    long at = offset + json.currentTokenLocation().getByteOffset() + 1;
    if (at >= bytes.length) {
      return false;
    }
    byte first = bytes[(int) at];
    return first > ' ' && first != '"' && first != '\\' && first != '<';
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
