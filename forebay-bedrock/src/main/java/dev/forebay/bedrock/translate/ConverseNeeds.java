package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Walks through a Converse request for what a model must have to serve it. */
final class ConverseNeeds {
  private final Set<Feature> features = EnumSet.noneOf(Feature.class);
  private final Set<String> own = new LinkedHashSet<>();

  private ConverseNeeds() {}

  /**
   * Reads a request.
   *
   * @param streaming whether the answer is to be streamed
   */
  static ConverseNeeds of(JsonNode request, boolean streaming) {
    ConverseNeeds needs = new ConverseNeeds();
    request.properties().forEach(field -> needs.field(field.getKey(), field.getValue()));
    if (streaming && needs.features.contains(Feature.TOOLS)) {
      needs.features.add(Feature.STREAMED_TOOLS);
    }
    return needs;
  }

  /** The features that the model must have. */
  Set<Feature> features() {
    return features;
  }

  /** What only a model of the family can take that the request was made for. */
  Set<String> own() {
    return own;
  }

  private void field(String name, JsonNode value) {
    switch (name) {
      case "messages" -> messages(value);
      case "system" -> Trees.elements(value).forEach(this::system);
      case "inferenceConfig" -> inference(value);
      case "toolConfig" -> tools(value);
      case "additionalModelRequestFields" -> additional(value);
      // These the service itself takes care of, whatever the model; paths to fields of an answer
      // that has none of them say nothing.
      case "guardrailConfig",
          "requestMetadata",
          "promptVariables",
          "performanceConfig",
          "serviceTier",
          "additionalModelResponseFieldPaths" -> {}
      default -> own("the field " + Trees.shown(name), value);
    }
  }

  private void messages(JsonNode messages) {
    List<JsonNode> all = Trees.elements(messages);
    for (JsonNode message : all) {
      Trees.elements(message.path("content")).forEach(this::block);
    }
    if (!all.isEmpty() && Trees.text(all.getLast(), "role").equals("assistant")) {
      features.add(Feature.PREFILL);
    }
  }

  private void block(JsonNode block) {
    for (Map.Entry<String, JsonNode> member : block.properties()) {
      JsonNode value = member.getValue();
      switch (member.getKey()) {
        case "text", "guardContent" -> {}
        case "toolUse" -> features.add(Feature.TOOLS);
        case "toolResult" -> toolResult(value);
        case "cachePoint" -> cachePoint(value, Feature.CACHE);
        case "reasoningContent" -> own("the model's own thinking", value);
        default -> media(member.getKey(), value);
      }
    }
  }

  private void toolResult(JsonNode result) {
    features.add(Feature.TOOLS);
    if (Trees.text(result, "status").equals("error")) {
      features.add(Feature.TOOL_ERRORS);
    }
    for (JsonNode content : Trees.elements(result.path("content"))) {
      for (Map.Entry<String, JsonNode> member : content.properties()) {
        if (!member.getKey().equals("text") && !member.getKey().equals("json")) {
          media(member.getKey(), member.getValue());
        }
      }
    }
  }

  private void media(String kind, JsonNode value) {
    switch (kind) {
      case "image" -> features.add(Feature.IMAGES);
      case "document" -> features.add(Feature.DOCUMENTS);
      case "video" -> features.add(Feature.VIDEO);
      case "audio" -> features.add(Feature.AUDIO);
      default -> own("content of another type than text, media or tool", value);
    }
    if (value.path("source").has("s3Location")) {
      own.add("media in S3");
    }
    if (value.path("citations").path("enabled").asBoolean(false)) {
      own.add("citations");
    }
    own("a document's context", value.path("context"));
  }

  private void system(JsonNode block) {
    if (block.has("cachePoint")) {
      cachePoint(block.path("cachePoint"), Feature.CACHE);
    } else {
      features.add(Feature.SYSTEM);
    }
  }

  private void inference(JsonNode config) {
    if (!Trees.isBlank(config.path("stopSequences"))) {
      features.add(Feature.STOP_SEQUENCES);
    }
    if (config.path("temperature").isNumber() && config.path("topP").isNumber()) {
      features.add(Feature.TEMPERATURE_WITH_TOP_P);
    }
  }

  private void tools(JsonNode config) {
    for (JsonNode tool : Trees.elements(config.path("tools"))) {
      features.add(Feature.TOOLS);
      if (tool.has("cachePoint")) {
        cachePoint(tool.path("cachePoint"), Feature.TOOL_CACHE);
      }
      own("a tool of the model's own", tool.path("systemTool"));
      if (tool.path("toolSpec").path("strict").asBoolean(false)) {
        own.add("strict tools");
      }
    }
    JsonNode choice = config.path("toolChoice");
    if (choice.has("any")) {
      features.add(Feature.ANY_TOOL);
    }
    if (choice.has("tool")) {
      features.add(Feature.NAMED_TOOL);
    }
  }

  private void additional(JsonNode fields) {
    own("additionalModelRequestFields", fields);
    if (fields instanceof ObjectNode known
        && known.path("thinking") instanceof ObjectNode thinking
        && !Trees.text(thinking, "type").equals("disabled")) {
      features.add(Feature.REASONING);
    }
  }

  private void cachePoint(JsonNode point, Feature feature) {
    features.add(feature);
    if (Trees.text(point, "ttl").equals("1h")) {
      own.add("a cache point that lasts an hour");
    }
  }

  private void own(String what, JsonNode value) {
    if (!Trees.isBlank(value)) {
      own.add(what);
    }
  }
}
