package dev.forebay.emulator;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The request and response bodies of one kind of call. */
interface Dialect {
  /** In the last chunk of InvokeModel streams. */
  String METRICS = "amazon-bedrock-invocationMetrics";

  /** The key without which a request is malformed. */
  String requiredKey();

  /** What it answers to a conversation without messages. */
  default RefusedException nothingSaid() {
    return RequestedTokens.malformed(
        "#/" + requiredKey() + ": expected minimum item count: 1, found: 0");
  }

  /** Where the request states its maximum of output tokens; empty where it cannot. */
  String maxTokensPointer();

  /** Where the request may state it by an older name; empty where there is none. */
  default String olderMaxTokensPointer() {
    return "";
  }

  /** Refuses a body that does not fit the path. */
  default void check(JsonNode body, Call call) {}

  /** A unary answer's body. */
  ObjectNode whole(Answer answer, JsonNode request);

  /** A streamed answer, in order. */
  List<Part> stream(Answer answer);

  /** A streamed answer to that request, in order. */
  default List<Part> stream(Answer answer, JsonNode request) {
    return stream(answer);
  }

  /**
   * One event of a stream.
   *
   * @param type its event type, where the dialect is that of the stream itself
   * @param due tokens that the model has said when it is sent
   * @param tokens tokens that the caller has once it is sent
   */
  record Part(String type, ObjectNode payload, int due, int tokens) {}

  static Dialect of(Family family) {
    return switch (family) {
      case CLAUDE -> new ClaudeDialect();
      case NOVA -> new NovaDialect();
      case TITAN_TEXT -> new TitanTextDialect();
      case TITAN_EMBED -> new TitanEmbedDialect();
      case LLAMA -> new LlamaDialect();
      case MISTRAL -> new MistralDialect();
      case CHAT -> new ChatDialect();
      case COHERE_CHAT -> new CohereDialect();
      case DEEPSEEK_PROMPT -> new DeepSeekDialect();
    };
  }

  /** Adds the counts that InvokeModel streams carry in their last chunk. */
  static ObjectNode withMetrics(ObjectNode chunk, Answer answer) {
    chunk
        .putObject(METRICS)
        .put("inputTokenCount", answer.inputTokens())
        .put("outputTokenCount", answer.outputTokens())
        .put("invocationLatency", answer.whole().toMillis())
        .put("firstByteLatency", answer.firstToken().toMillis());
    return chunk;
  }
}
