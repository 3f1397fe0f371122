package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import dev.forebay.bedrock.ModelFamily.Form;
import dev.forebay.bedrock.StreamEvent.Kind;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A chunk of a model's own JSON, out of InvokeModelWithResponseStream.
 *
 * <p>The chunk is known by its members, so that a model behind an opaque ARN is read as well as it
 * can be. Where they are none that the families use, any text in them counts as content: to take an
 * answer for a preamble could show a caller two answers, the reverse only forgoes a switch.
 */
final class ModelChunk {
  private static final Pattern DONE = Pattern.compile("\\s*\"?(?:data: ?)?\\[DONE]\"?\\s*");
  private static final int MAX_DONE_BYTES = 40;
  private static final String METRICS = "amazon-bedrock-invocationMetrics";
  private static final String GUARDRAIL_ACTION = "amazon-bedrock-guardrailAction";

  /** What Bedrock itself adds to a chunk, such as the trace of a guardrail. */
  private static final String ADDED = "amazon-bedrock-";

  private final ModelFamily family;
  private final UsageTally tally;
  private String anthropicType = "";
  private boolean content;
  private boolean otherText;
  private boolean metadata;

  /** A text that names something, and is no content where the chunk is of a known shape. */
  private boolean label;

  /** What repeats the whole text, at the end of Cohere's streams. */
  private boolean repeated;

  /** Whether the chunk is one of OpenAI's or Cohere's chat. */
  private boolean chat;

  /** Whether it has a choice in it, and whether it counts tokens. */
  private boolean choice;

  private boolean counted;

  /** Whether the answer is over by the chunk's own words, whose model it may be. */
  private boolean over;

  private boolean stop;
  private boolean metrics;
  private boolean intervened;

  private ModelChunk(ModelFamily family, UsageTally tally) {
    this.family = family;
    this.tally = tally;
  }

  static ModelChunk read(byte[] bytes, ModelFamily family, UsageTally tally) {
    ModelChunk chunk = new ModelChunk(family, tally);
    if (isDone(bytes)) {
      chunk.over = true;
      return chunk;
    }
    JsonCursor json = new JsonCursor(bytes);
    if (!json.enterObject()) {
      chunk.otherText = json.currentToken() != null && json.holdsText();
      return chunk;
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      chunk.readMember(name, json);
    }
    return chunk;
  }

  /** OpenAI's last event, which some models send as it is, with or without quotes. */
  private static boolean isDone(byte[] bytes) {
    return bytes.length <= MAX_DONE_BYTES
        && DONE.matcher(new String(bytes, StandardCharsets.UTF_8)).matches();
  }

  /**
   * Whether the answer is complete. Of an unknown model only Bedrock's own metrics and the stop
   * events of the known dialects say so.
   */
  boolean terminal() {
    return metrics || over || (stop && family.form() != Form.OTHER);
  }

  /** Whether a guardrail blocked or changed the answer. That alone does not end it. */
  boolean intervened() {
    return intervened;
  }

  Kind kind() {
    return switch (anthropicType) {
      case "", "completion" -> kindByMembers();
      case "message_start", "ping", "content_block_stop", "message_stop" -> ending(Kind.PREAMBLE);
      case "content_block_start", "content_block_delta" ->
          content ? Kind.CONTENT : ending(Kind.PREAMBLE);
      case "message_delta" -> Kind.METADATA;
      default ->
          family.form() != Form.ANTHROPIC && (content || otherText) ? Kind.CONTENT : Kind.UNKNOWN;
    };
  }

  private Kind kindByMembers() {
    boolean text = otherText || (label && !chat) || (repeated && !over);
    if (content || text) {
      return Kind.CONTENT;
    }
    return metadata || (chat && counted && !choice) ? Kind.METADATA : ending(Kind.PREAMBLE);
  }

  private Kind ending(Kind otherwise) {
    return terminal() ? Kind.TERMINAL : otherwise;
  }

  private void readMember(String name, JsonCursor json) {
    switch (name) {
      case "type" -> readType(json);
      case "message" -> readMessage(json);
      case "usage" -> {
        counted |= json.currentToken() == Token.START_OBJECT;
        tally.readObject(json);
      }
      case "delta", "content_block", "outputText", "generation", "completion" ->
          content |= json.holdsText();
      // The stop sequence that was met, in Anthropic's text completions.
      case "stop" -> json.skipChildren();
      case GUARDRAIL_ACTION -> intervened |= isIntervened(json);
      case "completionReason", "stop_reason", "finish_reason" -> stop |= json.holdsText();
      case "outputs", "generations" -> readOutputs(json);
      case "choices" -> readChoices(json);
      case "is_finished" -> {
        chat = true;
        over |= json.currentToken() == Token.VALUE_TRUE;
      }
      case "response" -> repeated |= json.holdsText();
      case "id", "object", "model", "service_tier", "system_fingerprint", "event_type" ->
          label |= json.holdsText();
      case METRICS -> {
        metrics = true;
        tally.readObject(json);
      }
      case "messageStart",
          "contentBlockStart",
          "contentBlockDelta",
          "contentBlockStop",
          "messageStop",
          "metadata" ->
          readConverseEvent(name, json);
      default -> readOther(name, json);
    }
  }

  private void readType(JsonCursor json) {
    if (json.currentToken() == Token.VALUE_STRING) {
      anthropicType = json.getString();
      over |= anthropicType.equals("message_stop");
    } else {
      json.skipChildren();
    }
  }

  private void readConverseEvent(String name, JsonCursor json) {
    switch (ConverseEvent.read(name, json, tally)) {
      case CONTENT -> content = true;
      case TERMINAL -> over = true;
      case METADATA -> metadata = true;
      case PREAMBLE, UNKNOWN, EXCEPTION -> {}
    }
  }

  /** Anthropic's {@code message_start} carries the usage of the input in its message. */
  private void readMessage(JsonCursor json) {
    if (json.currentToken() != Token.START_OBJECT) {
      otherText |= json.holdsText();
      return;
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      if (name.equals("usage")) {
        tally.readObject(json);
      } else {
        otherText |= json.holdsText();
      }
    }
  }

  /** Mistral's {@code [{"text","stop_reason"}]}. */
  private void readOutputs(JsonCursor json) {
    if (json.currentToken() != Token.START_ARRAY) {
      otherText |= json.holdsText();
      return;
    }
    while (json.nextToken() != Token.END_ARRAY) {
      if (json.currentToken() != Token.START_OBJECT) {
        content |= json.holdsText();
        continue;
      }
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        json.nextToken();
        boolean text = json.holdsText();
        boolean reason = name.equals("stop_reason") || name.equals("finish_reason");
        content |= text && !reason;
        stop |= text && reason;
      }
    }
  }

  /**
   * A chat's {@code [{"delta" or "message", "finish_reason" or "stop_reason"}]}. The role is no
   * content, and probabilities repeat it.
   */
  private void readChoices(JsonCursor json) {
    if (json.currentToken() != Token.START_ARRAY) {
      otherText |= json.holdsText();
      return;
    }
    chat = true;
    while (json.nextToken() != Token.END_ARRAY) {
      choice = true;
      if (json.currentToken() != Token.START_OBJECT) {
        content |= json.holdsText();
        continue;
      }
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        json.nextToken();
        switch (name) {
          case "delta", "message" -> readDelta(json);
          case "finish_reason", "stop_reason" -> over |= json.holdsText();
          case "logprobs" -> json.skipChildren();
          default -> content |= json.holdsText();
        }
      }
    }
  }

  private void readDelta(JsonCursor json) {
    if (json.currentToken() != Token.START_OBJECT) {
      content |= json.holdsText();
      return;
    }
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      boolean text = json.holdsText();
      content |= text && !name.equals("role");
    }
  }

  private static boolean isIntervened(JsonCursor json) {
    boolean said =
        json.currentToken() == Token.VALUE_STRING && json.getString().equals("INTERVENED");
    json.skipChildren();
    return said;
  }

  private void readOther(String name, JsonCursor json) {
    if (name.startsWith(ADDED)) {
      json.skipChildren();
    } else if (json.currentToken() == Token.VALUE_NUMBER_INT) {
      tally.take(name, json);
    } else {
      otherText |= json.holdsText();
    }
  }
}
