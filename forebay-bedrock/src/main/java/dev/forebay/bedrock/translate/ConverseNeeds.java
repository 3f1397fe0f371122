package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.Feature;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Walks through a Converse request for what a model must have to serve it. */
final class ConverseNeeds {
  private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");

  private final Set<Feature> features = EnumSet.noneOf(Feature.class);
  private final Set<String> own = new LinkedHashSet<>();

  /** The stop sequences that Titan takes. */
  private static final Pattern TITANS_STOPS = Pattern.compile("\\|+|User:");

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
      case "outputConfig" -> {
        if (!Trees.isBlank(value)) {
          features.add(Feature.STRUCTURED_OUTPUT);
        }
      }
      default -> own("the field " + Trees.shown(name), value);
    }
  }

  private void messages(JsonNode messages) {
    List<JsonNode> all = Trees.elements(messages);
    for (JsonNode message : all) {
      if (Trees.text(message, "role").equals("system")) {
        features.add(Feature.SYSTEM_MESSAGES);
      }
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
        case "reasoningContent" -> features.add(Feature.FOREIGN_THINKING);
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
        switch (member.getKey()) {
          case "text", "json" -> {}
          case "document" -> document(Feature.RESULT_DOCUMENTS, member.getValue());
          default -> media(member.getKey(), member.getValue());
        }
      }
    }
  }

  private void media(String kind, JsonNode value) {
    switch (kind) {
      case "image" -> features.add(Feature.IMAGES);
      case "document" -> {
        document(Feature.DOCUMENTS, value);
        return;
      }
      case "video" -> features.add(Feature.VIDEO);
      case "audio" -> features.add(Feature.AUDIO);
      default -> own("content of another type than text, media or tool", value);
    }
    source(value);
  }

  private void document(Feature feature, JsonNode value) {
    features.add(feature);
    if (value.path("citations").path("enabled").asBoolean(false)) {
      own.add("citations");
    }
    own("a document's context", value.path("context"));
    source(value);
  }

  private void source(JsonNode value) {
    if (value.path("source").has("s3Location")) {
      own.add("media in S3");
    }
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
      if (!Trees.elements(config.path("stopSequences")).stream()
          .allMatch(ConverseNeeds::isTitans)) {
        features.add(Feature.OTHER_STOP_SEQUENCES);
      }
    }
    JsonNode temperature = config.path("temperature");
    JsonNode topP = config.path("topP");
    if (temperature.isNumber() || topP.isNumber()) {
      features.add(Feature.SAMPLING);
    }
    if (temperature.isNumber()
        && topP.isNumber()
        && !RequestAdapter.isNeutral(temperature)
        && !RequestAdapter.isNeutral(topP)) {
      features.add(Feature.TEMPERATURE_WITH_TOP_P);
    }
  }

  private static boolean isTitans(JsonNode stop) {
    return TITANS_STOPS.matcher(stop.asString("")).matches();
  }

  private void tools(JsonNode config) {
    for (JsonNode tool : Trees.elements(config.path("tools"))) {
      features.add(Feature.TOOLS);
      if (tool.has("cachePoint")) {
        cachePoint(tool.path("cachePoint"), Feature.TOOL_CACHE);
      }
      own("a tool of the model's own", tool.path("systemTool"));
      if (tool.path("toolSpec").path("strict").asBoolean(false)) {
        features.add(Feature.STRICT_TOOLS);
      }
      schema(tool.path("toolSpec").path("inputSchema").path("json"));
    }
    JsonNode choice = config.path("toolChoice");
    if (choice.has("any")) {
      features.add(Feature.ANY_TOOL);
    }
    if (choice.has("tool")) {
      features.add(Feature.NAMED_TOOL);
    }
  }

  private void schema(JsonNode schema) {
    if (schema.isObject() && !PlainSchema.isPlain(schema)) {
      features.add(Feature.SCHEMA_KEYWORDS);
      if (PlainSchema.of(schema).isEmpty()) {
        features.add(Feature.SCHEMA_RULES);
      }
    }
  }

  private void additional(JsonNode fields) {
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      JsonNode value = field.getValue();
      switch (field.getKey()) {
        case "thinking" -> thinking(value);
        case "anthropic_beta" -> {
          if (!Trees.isBlank(value)) {
            features.add(Feature.BETA_FLAGS);
          }
        }
        case "output_config" -> {
          if (!Trees.isBlank(value.path("effort"))) {
            features.add(Feature.MAKERS_FIELDS);
          }
          if (value.propertyNames().stream().anyMatch(name -> !name.equals("effort"))) {
            features.add(Feature.STRUCTURED_OUTPUT);
            own("additionalModelRequestFields", fields);
          }
        }
        default -> {
          if (SAMPLING.contains(field.getKey())) {
            features.add(Feature.SAMPLING);
          }
          own("additionalModelRequestFields", fields);
        }
      }
    }
  }

  private void thinking(JsonNode value) {
    switch (Trees.text(value, "type")) {
      case "disabled" -> features.add(Feature.THINKING_OFF);
      case "adaptive" -> features.add(Feature.ADAPTIVE_THINKING);
      default -> {
        own("additionalModelRequestFields", value);
        if (value.isObject()) {
          features.add(Feature.REASONING);
          features.add(Feature.THINKING_BUDGET);
        }
      }
    }
  }

  private void cachePoint(JsonNode point, Feature feature) {
    features.add(feature);
    if (Trees.text(point, "ttl").equals("1h")) {
      features.add(Feature.HOUR_CACHE);
    }
  }

  private void own(String what, JsonNode value) {
    if (!Trees.isBlank(value)) {
      own.add(what);
    }
  }
}
