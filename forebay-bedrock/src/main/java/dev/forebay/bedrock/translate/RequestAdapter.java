package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Changes a request, in Converse's form or in Claude's own, as a model needs that lacks some
 * features. What it changes does not change what an answer means.
 */
final class RequestAdapter {
  private static final String THINKING = "thinking";
  private static final String BEDROCK_VERSION = "bedrock-2023-05-31";
  private static final double NEUTRAL = 1;

  /** Members of a Claude request that say how its maker serves it, not what it asks for. */
  static final Set<String> MAKERS_FIELDS =
      Set.of("metadata", "speed", "inference_geo", "context_management");

  /** The same of a tool. */
  static final Set<String> MAKERS_TOOL_FIELDS =
      Set.of("eager_input_streaming", "defer_loading", "allowed_callers");

  private final ObjectNode request;
  private final Set<Feature> lacks;
  private final boolean foreign;
  private final Set<Adaptation> done = EnumSet.noneOf(Adaptation.class);

  private RequestAdapter(ObjectNode request, Set<Feature> lacks, boolean foreign) {
    this.request = request;
    this.lacks = lacks;
    this.foreign = foreign;
  }

  /**
   * Fits a Converse request.
   *
   * @param foreign whether the model is of another family than the request was made for
   * @return what was changed
   */
  static Set<Adaptation> converse(ObjectNode request, Set<Feature> lacks, boolean foreign) {
    RequestAdapter adapter = new RequestAdapter(request, lacks, foreign);
    adapter.converse();
    return adapter.done;
  }

  /** Fits an InvokeModel request of Claude's form for a model of its family. */
  static Set<Adaptation> claude(ObjectNode request, Set<Feature> lacks) {
    RequestAdapter adapter = new RequestAdapter(request, lacks, false);
    adapter.claude();
    return adapter.done;
  }

  /** Fits an InvokeModel request of another form for a model of its family. */
  static Set<Adaptation> other(ObjectNode request, Set<Feature> lacks) {
    RequestAdapter adapter = new RequestAdapter(request, lacks, false);
    if (lacks.contains(Feature.SAMPLING)) {
      adapter.drop(request, Adaptation.SAMPLING, "temperature", "top_p", "top_k");
      adapter.drop(
          request.path("inferenceConfig"),
          Adaptation.SAMPLING,
          "temperature",
          "topP",
          "top_p",
          "topK",
          "top_k");
    }
    return adapter.done;
  }

  private boolean lacks(Feature feature) {
    return lacks.contains(feature);
  }

  private boolean lacksHistory() {
    return lacks(Feature.FOREIGN_THINKING) || lacks(Feature.THINKING_HISTORY);
  }

  // Converse

  private void converse() {
    JsonNode inference = request.path("inferenceConfig");
    JsonNode fields = request.path("additionalModelRequestFields");
    if (lacks(Feature.SAMPLING)) {
      drop(inference, Adaptation.SAMPLING, "temperature", "topP");
      drop(fields, Adaptation.SAMPLING, "temperature", "top_p", "top_k");
      drop(fields.path("inferenceConfig"), Adaptation.SAMPLING, "topK");
      dropIfEmpty(fields, "inferenceConfig");
    } else if (lacks(Feature.TEMPERATURE_WITH_TOP_P)) {
      dropNeutral(inference, "temperature", "topP");
    }
    if (lacksHistory()) {
      dropBlocks(block -> block.has("reasoningContent"));
    }
    thinking(fields);
    if (lacks(Feature.BETA_FLAGS)) {
      drop(fields, Adaptation.BETA, "anthropic_beta");
    }
    if (foreign || lacks(Feature.MAKERS_FIELDS)) {
      drop(fields.path("output_config"), Adaptation.FIELDS, "effort");
      dropIfEmpty(fields, "output_config");
    }
    dropIfEmpty(request, "additionalModelRequestFields");
    dropIfEmpty(request, "inferenceConfig");
    marks();
    for (JsonNode tool : Trees.elements(request.path("toolConfig").path("tools"))) {
      if (tool.path("toolSpec") instanceof ObjectNode spec
          && spec.path("inputSchema") instanceof ObjectNode holder) {
        schema(spec, holder, "json");
      }
    }
  }

  private void marks() {
    if (request.path("toolConfig").path("tools") instanceof ArrayNode tools) {
      points(tools, lacks(Feature.CACHE) || lacks(Feature.TOOL_CACHE));
    }
    if (request.path("system") instanceof ArrayNode system) {
      points(system, lacks(Feature.CACHE));
      dropIfEmpty(request, "system");
    }
    for (JsonNode message : Trees.elements(request.path("messages"))) {
      if (message.path("content") instanceof ArrayNode content) {
        points(content, lacks(Feature.CACHE));
      }
    }
  }

  private void points(ArrayNode list, boolean none) {
    if (none) {
      removeIf(list, element -> element.has("cachePoint"), Adaptation.CACHE_MARKS);
    } else if (lacks(Feature.HOUR_CACHE)) {
      Trees.elements(list).forEach(element -> shorten(element.path("cachePoint")));
    }
  }

  private void shorten(JsonNode mark) {
    if (Trees.text(mark, "ttl").equals("1h")) {
      drop(mark, Adaptation.CACHE_MARKS, "ttl");
    }
  }

  // Claude's own form

  private void claude() {
    if (lacks(Feature.SAMPLING)) {
      drop(request, Adaptation.SAMPLING, "temperature", "top_p", "top_k");
    } else if (lacks(Feature.TEMPERATURE_WITH_TOP_P)) {
      dropNeutral(request, "temperature", "top_p");
    }
    if (lacksHistory()) {
      dropBlocks(RequestAdapter::isThinking);
    }
    thinking(request);
    if (lacks(Feature.BETA_FLAGS)) {
      drop(request, Adaptation.BETA, "anthropic_beta");
    }
    if (lacks(Feature.MAKERS_FIELDS)) {
      makersFields();
    }
    if (lacks(Feature.NEWER_VERSION)
        && !Trees.text(request, "anthropic_version").equals(BEDROCK_VERSION)) {
      request.put("anthropic_version", BEDROCK_VERSION);
      done.add(Adaptation.VERSION);
    }
    mark(request, lacks(Feature.CACHE));
    for (JsonNode block : Trees.elements(request.path("system"))) {
      mark(block, lacks(Feature.CACHE));
    }
    for (JsonNode message : Trees.elements(request.path("messages"))) {
      for (JsonNode block : Trees.elements(message.path("content"))) {
        mark(block, lacks(Feature.CACHE));
        for (JsonNode inner : Trees.elements(block.path("content"))) {
          mark(inner, lacks(Feature.CACHE));
        }
      }
    }
    for (JsonNode tool : Trees.elements(request.path("tools"))) {
      mark(tool, lacks(Feature.CACHE) || lacks(Feature.TOOL_CACHE));
      if (tool instanceof ObjectNode spec) {
        schema(spec, spec, "input_schema");
      }
    }
  }

  private void makersFields() {
    MAKERS_FIELDS.forEach(name -> drop(request, Adaptation.FIELDS, name));
    drop(request.path("output_config"), Adaptation.FIELDS, "effort");
    dropIfEmpty(request, "output_config");
    drop(request.path(THINKING), Adaptation.FIELDS, "display", "block_binding");
    for (JsonNode tool : Trees.elements(request.path("tools"))) {
      MAKERS_TOOL_FIELDS.forEach(name -> drop(tool, Adaptation.FIELDS, name));
    }
  }

  private void mark(JsonNode holder, boolean none) {
    if (none) {
      drop(holder, Adaptation.CACHE_MARKS, "cache_control");
    } else if (lacks(Feature.HOUR_CACHE)) {
      shorten(holder.path("cache_control"));
    }
  }

  private static boolean isThinking(JsonNode block) {
    String type = Trees.text(block, "type");
    return type.equals(THINKING) || type.equals("redacted_thinking");
  }

  // Both

  /** The request to think, where the model knows another form of it, or may think as it likes. */
  private void thinking(JsonNode fields) {
    if (!(fields instanceof ObjectNode holder)
        || !(holder.path(THINKING) instanceof ObjectNode asked)) {
      return;
    }
    switch (Trees.text(asked, "type")) {
      case "enabled" -> {
        // A turn that goes on with tools has to begin with its thinking.
        boolean unbegun =
            lacks(Feature.UNBEGUN_THINKING)
                || (done.contains(Adaptation.THINKING_HISTORY) && isWithinTurn());
        if (lacks(Feature.THINKING_BUDGET) && !lacks(Feature.ADAPTIVE_THINKING)) {
          asked.put("type", "adaptive").remove("budget_tokens");
          done.add(Adaptation.THINKING);
        } else if (unbegun) {
          drop(holder, Adaptation.THINKING, THINKING);
        }
      }
      case "adaptive" -> {
        if (foreign || lacks(Feature.ADAPTIVE_THINKING) || lacks(Feature.REASONING)) {
          drop(holder, Adaptation.THINKING, THINKING);
        }
      }
      case "disabled" -> {
        if (foreign) {
          holder.remove(THINKING); // which another family does not do anyway
        } else if (lacks(Feature.THINKING_OFF)) {
          drop(holder, Adaptation.THINKING, THINKING);
        }
      }
      default -> {}
    }
  }

  /** Whether the model is to go on after the results of its tools. */
  private boolean isWithinTurn() {
    List<JsonNode> messages = Trees.elements(request.path("messages"));
    return !messages.isEmpty()
        && Trees.elements(messages.getLast().path("content")).stream()
            .anyMatch(
                block ->
                    block.has("toolResult") || Trees.text(block, "type").equals("tool_result"));
  }

  /** Takes blocks out of messages; those that had no others go with them. */
  private void dropBlocks(Predicate<JsonNode> which) {
    if (!(request.path("messages") instanceof ArrayNode messages)) {
      return;
    }
    boolean any = false;
    for (JsonNode message : messages.values()) {
      if (message.path("content") instanceof ArrayNode content) {
        any |= removeIf(content, which, Adaptation.THINKING_HISTORY);
      }
    }
    if (any) {
      withoutEmpty(messages);
    }
  }

  /** Drops messages without content, and joins those that then follow one of the same role. */
  private static void withoutEmpty(ArrayNode messages) {
    List<JsonNode> kept = new ArrayList<>();
    for (JsonNode message : messages.values()) {
      boolean empty = message.path("content") instanceof ArrayNode content && content.isEmpty();
      if (empty) {
        continue;
      }
      if (!kept.isEmpty()
          && Trees.text(kept.getLast(), "role").equals(Trees.text(message, "role"))
          && kept.getLast().path("content") instanceof ArrayNode before
          && message.path("content") instanceof ArrayNode more) {
        before.addAll(more);
      } else {
        kept.add(message);
      }
    }
    messages.removeAll();
    messages.addAll(kept);
  }

  private void schema(ObjectNode tool, ObjectNode holder, String name) {
    JsonNode schema = holder.path(name);
    if (!lacks(Feature.SCHEMA_KEYWORDS) || !schema.isObject() || PlainSchema.isPlain(schema)) {
      return;
    }
    PlainSchema.of(schema)
        .ifPresent(
            plain -> {
              String words = Trees.text(schema, "description");
              String known = Trees.text(tool, "description");
              if (!words.isEmpty() && !known.contains(words)) {
                tool.put("description", known.isEmpty() ? words : known + "\n" + words);
              }
              holder.set(name, plain);
              done.add(Adaptation.SCHEMA);
            });
  }

  private void drop(JsonNode from, Adaptation as, String... names) {
    if (from instanceof ObjectNode object) {
      for (String name : names) {
        if (object.has(name)) {
          object.remove(name);
          done.add(as);
        }
      }
    }
  }

  /** Of two settings that do not go together, the one that says what holds without it. */
  private void dropNeutral(JsonNode from, String first, String second) {
    if (!from.has(first) || !from.has(second)) {
      return;
    }
    if (isNeutral(from.path(second))) {
      drop(from, Adaptation.SAMPLING, second);
    } else if (isNeutral(from.path(first))) {
      drop(from, Adaptation.SAMPLING, first);
    }
  }

  /** Whether a temperature or top_p is the default of Claude's models. */
  static boolean isNeutral(JsonNode value) {
    return value.isNumber() && value.doubleValue() == NEUTRAL;
  }

  private static void dropIfEmpty(JsonNode from, String name) {
    if (from instanceof ObjectNode object && object.has(name) && object.path(name).isEmpty()) {
      object.remove(name);
    }
  }

  private boolean removeIf(ArrayNode list, Predicate<JsonNode> which, Adaptation as) {
    boolean any = false;
    for (int i = list.size() - 1; i >= 0; i--) {
      if (which.test(list.get(i))) {
        list.remove(i);
        any = true;
      }
    }
    if (any) {
      done.add(as);
    }
    return any;
  }
}
