package dev.forebay.bedrock;

import dev.forebay.bedrock.StreamEvent.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Whether an answer has every member that its API requires. One that has not is passed on as it
 * came, but is not shared: not from a cache, not with callers who asked the same meanwhile, not
 * under an idempotency key.
 *
 * <p>Families whose answers are not known need whole JSON, or a stream that ends as theirs do.
 */
public final class AnswerMembers {
  private static final int MAX_DEPTH = 4;

  private static final Set<String> CONVERSE =
      Set.of(
          "output.message.role",
          "output.message.content",
          "stopReason",
          "usage.inputTokens",
          "usage.outputTokens",
          "usage.totalTokens",
          "metrics.latencyMs");

  private static final Set<String> COUNT = Set.of("inputTokens");

  private static final List<Set<String>> CHAT =
      List.of(
          Set.of("choices[].message", "choices[].finish_reason"),
          Set.of("choices[].message", "choices[].stop_reason"));

  private static final List<Set<String>> MISTRAL =
      List.of(Set.of("outputs[].text", "outputs[].stop_reason"));

  private static final List<Set<String>> ANTHROPIC =
      List.of(
          Set.of(
              "id",
              "type",
              "role",
              "model",
              "content",
              "stop_reason",
              "usage.input_tokens",
              "usage.output_tokens"),
          Set.of("completion", "stop_reason"));

  private static final List<Set<String>> NOVA =
      List.of(
          Set.of(
              "output.message.role",
              "output.message.content",
              "stopReason",
              "usage.inputTokens",
              "usage.outputTokens"));

  private AnswerMembers() {}

  /**
   * Whether nothing is missing.
   *
   * @param family the family in whose form an InvokeModel answer is
   * @param body JSON, or the frames of a streaming operation
   */
  public static boolean areComplete(Operation operation, ModelFamily family, byte[] body) {
    return switch (operation) {
      case CONVERSE -> has(body, List.of(CONVERSE));
      case COUNT_TOKENS -> has(body, List.of(COUNT));
      case INVOKE -> has(body, invoke(family.form()));
      case CONVERSE_STREAM, INVOKE_STREAM -> hasFrames(operation, family, body);
    };
  }

  /** Any one of the sets will do. */
  private static List<Set<String>> invoke(ModelFamily.Form form) {
    return switch (form) {
      case ANTHROPIC -> ANTHROPIC;
      case NOVA -> NOVA;
      case TITAN_TEXT -> List.of(Set.of("results[].outputText", "results[].completionReason"));
      case EMBEDDING ->
          List.of(Set.of("embedding[]"), Set.of("embeddingsByType"), Set.of("embeddings"));
      case LLAMA -> List.of(Set.of("generation", "stop_reason"));
      case MISTRAL_PROMPT -> MISTRAL;
      case MISTRAL_CHAT, CHAT -> CHAT;
      case MISTRAL_PROMPT_OR_CHAT -> Stream.concat(MISTRAL.stream(), CHAT.stream()).toList();
      case COHERE_CHAT -> List.of(Set.of("text", "finish_reason"));
      case DEEPSEEK_PROMPT -> List.of(Set.of("choices[].text", "choices[].stop_reason"));
      case NOT_CHAT, OTHER -> List.of(Set.of());
    };
  }

  private static boolean has(byte[] body, List<Set<String>> anyOf) {
    Set<String> found = new HashSet<>();
    try (JsonParser json = Json.parser(body, 0, body.length)) {
      if (!Json.enterObject(json)) {
        return false;
      }
      collect(json, "", 1, found);
      return json.nextToken() == null && anyOf.stream().anyMatch(found::containsAll);
    } catch (JacksonException e) {
      return false;
    }
  }

  /** The names of all members that are not null, from the top, with [] for an array's elements. */
  private static void collect(JsonParser json, String parent, int depth, Set<String> found) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      value(json, parent.isEmpty() ? name : parent + '.' + name, depth, found);
    }
  }

  private static void value(JsonParser json, String path, int depth, Set<String> found) {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return;
    }
    if (depth >= MAX_DEPTH) {
      json.skipChildren();
    } else if (token == JsonToken.START_OBJECT) {
      collect(json, path, depth + 1, found);
    } else if (token == JsonToken.START_ARRAY) {
      String element = path + "[]";
      while (json.nextToken() != JsonToken.END_ARRAY) {
        value(json, element, depth, found);
      }
    }
    found.add(path);
  }

  /**
   * A stream needs its beginning, its last word, and where the API says them apart, its tokens; an
   * exception makes it half an answer.
   */
  private static boolean hasFrames(Operation operation, ModelFamily family, byte[] body) {
    Seen seen = new Seen(operation, family);
    FrameSplitter splitter = new FrameSplitter();
    try {
      splitter.feed(body, seen::read);
    } catch (MalformedFrameException e) {
      return false;
    }
    return splitter.atBoundary() && seen.isComplete();
  }

  private static final class Seen {
    private static final Set<String> CONVERSE_EVENTS =
        Set.of("messageStart", "messageStop", "metadata");

    private final Operation operation;
    private final StreamReader reader;
    private final Set<String> types = new HashSet<>();
    private boolean broken;
    private boolean metadata;

    Seen(Operation operation, ModelFamily family) {
      this.operation = operation;
      this.reader = new StreamReader(operation, family);
    }

    void read(Frame frame) {
      StreamEvent event = reader.read(frame);
      broken |= event.failure() != null;
      metadata |= event.kind() == Kind.METADATA && hasTokens(frame);
      String type = frame.header(":event-type");
      if (type != null) {
        types.add(type);
      }
    }

    boolean isComplete() {
      if (broken || !reader.terminalSeen()) {
        return false;
      }
      return operation != Operation.CONVERSE_STREAM
          || (types.containsAll(CONVERSE_EVENTS) && metadata);
    }

    private boolean hasTokens(Frame frame) {
      return operation != Operation.CONVERSE_STREAM
          || has(
              frame.payload(),
              List.of(Set.of("usage.inputTokens", "usage.outputTokens", "usage.totalTokens")));
    }
  }
}
