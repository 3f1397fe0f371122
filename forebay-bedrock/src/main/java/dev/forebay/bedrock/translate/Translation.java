package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Headers;
import dev.forebay.bedrock.Operation;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One InvokeModel call as it is sent to a model of another family, by Converse, and the way back
 * for its answer. Immutable.
 */
public final class Translation {
  private static final String REQUEST_ID = "x-amzn-RequestId";
  private static final String DATE = "Date";
  private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME;
  private static final String GUARDRAIL = "guardrailConfig";
  private static final String GUARDRAIL_ACTION = "amazon-bedrock-guardrailAction";

  private final AnswerForm form;
  private final boolean streaming;
  private final String model;
  private final ObjectNode settings;
  private final byte[] body;
  private final Set<Adaptation> adaptations;

  Translation(
      AnswerForm form,
      boolean streaming,
      String model,
      ObjectNode request,
      Set<Adaptation> adaptations) {
    this.adaptations = Set.copyOf(adaptations);
    this.form = form;
    this.streaming = streaming;
    this.model = model;
    this.body = Trees.write(request);
    // What it says of the answer outlives the conversation, which may be large.
    this.settings = request.without(List.of("messages", "system", "toolConfig"));
  }

  /** The operation to call the other model by. */
  public Operation operation() {
    return streaming ? Operation.CONVERSE_STREAM : Operation.CONVERSE;
  }

  /** What was changed beyond the form, so that the model takes it. */
  public Set<Adaptation> adaptations() {
    return adaptations;
  }

  /** The request's body. Not a copy: not to be written to. */
  public byte[] body() {
    return body;
  }

  /**
   * Translates the body of a 200.
   *
   * @param head the headers it came with
   */
  public UnaryAnswer answer(byte[] converse, Headers head) throws UntranslatableException {
    JsonNode answer = read(converse);
    StopReason stop = StopReason.of(Trees.text(answer, "stopReason"));
    AnswerEnd ending = AnswerEnd.of(stop, answer);
    List<Block> blocks = blocks(answer.path("output").path("message").path("content"));
    ObjectNode whole = writer(head).whole(blocks, ending);
    addGuardrailAction(whole, stop);
    return new UnaryAnswer(
        Trees.write(whole), ending, Trees.text(answer.path("serviceTier"), "type"));
  }

  /**
   * Begins to translate a streamed answer.
   *
   * @param head the headers it came with
   * @param frames takes the frames of the stream that was asked for
   */
  public StreamTranslation stream(Headers head, Consumer<byte[]> frames) {
    return new StreamTranslation(writer(head), this::addGuardrailAction, frames);
  }

  static JsonNode read(byte[] json) throws UntranslatableException {
    try {
      return Trees.read(json);
    } catch (JacksonException e) {
      throw new UntranslatableException("The model's answer is no JSON.");
    }
  }

  private AnswerWriter writer(Headers head) {
    String requestId = head.get(REQUEST_ID);
    String id =
        requestId == null ? "" : requestId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return form.writer(id, model, seconds(head.get(DATE)), settings);
  }

  /** The time of an HTTP date, in seconds since 1970; 0 if it is none. */
  private static long seconds(@Nullable String date) {
    try {
      return date == null ? 0 : HTTP_DATE.parse(date, Instant::from).getEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  private void addGuardrailAction(ObjectNode answer, StopReason stop) {
    if (settings.has(GUARDRAIL)) {
      boolean intervened = stop == StopReason.GUARDRAIL_INTERVENED;
      answer.put(GUARDRAIL_ACTION, intervened ? "INTERVENED" : "NONE");
    }
  }

  /**
   * Reasoning that was not asked for is left out, and so is a blank text: a caller would send it
   * back with the next turn, and Bedrock refuse it. Anything else unknown is refused.
   */
  private static List<Block> blocks(JsonNode content) throws UntranslatableException {
    List<Block> blocks = new ArrayList<>();
    for (JsonNode block : Trees.elements(content)) {
      JsonNode use = block.path("toolUse");
      if (use.isObject()) {
        blocks.add(
            new Block.ToolUse(
                Trees.text(use, "toolUseId"), Trees.text(use, "name"), use.path("input")));
      } else if (block.has("text")) {
        String text = Trees.text(block, "text");
        if (!text.isBlank()) {
          blocks.add(new Block.Text(text));
        }
      } else if (!block.has("reasoningContent")) {
        throw StreamTranslation.unknownContent();
      }
    }
    return blocks;
  }
}
