package dev.forebay.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request makes a model do beside talking: a tool that it forces, thinking that it enables,
 * a document that it wants cited. The header {@link #HEADER} asks for a tool where the model is
 * free to choose.
 */
final class RequestedFeatures {
  /** {@code tool}: the answer uses the first tool of the request, after some text. */
  static final String HEADER = "x-emulator-answer";

  private static final int MOST_PROPERTIES = 50;

  private RequestedFeatures() {}

  static Extras of(
      Call call, JsonNode body, @Nullable String answer, Draws draws, PromptCache.Use cached) {
    Tool tool = tool(body, "tool".equals(answer));
    return new Extras(
        thinks(body) || alwaysThinks(call) ? "The caller asks; a short answer will do." : null,
        tool == null
            ? null
            : new Extras.ToolUse(
                "tooluse_" + draws.requestId().replace("-", "").substring(0, 22),
                tool.name,
                Json.MAPPER.writeValueAsString(example(tool.schema, 0))),
        tool == null || !tool.forced,
        cites(body.path("messages")),
        false,
        cached.read(),
        cached.write());
  }

  private record Tool(String name, JsonNode schema, boolean forced) {}

  /** The tool to use; null if there is none, or the model does not want any. */
  private static @Nullable Tool tool(JsonNode body, boolean asked) {
    List<Tool> tools = tools(body);
    if (tools.isEmpty()) {
      return null;
    }
    String named = named(body);
    if (!named.isEmpty()) {
      return tools.stream().filter(tool -> tool.name.equals(named)).findFirst().orElse(null);
    }
    if (isAny(body)) {
      return tools.getFirst();
    }
    Tool first = tools.getFirst();
    return asked ? new Tool(first.name, first.schema, false) : null;
  }

  private static List<Tool> tools(JsonNode body) {
    List<Tool> tools = new ArrayList<>();
    for (JsonNode each : body.at("/toolConfig/tools").values()) {
      JsonNode spec = each.path("toolSpec");
      add(tools, spec.path("name"), spec.path("inputSchema").path("json"));
    }
    for (JsonNode each : body.path("tools").values()) {
      JsonNode function = each.path("function");
      if (function.isObject()) {
        add(tools, function.path("name"), function.path("parameters"));
      } else {
        add(tools, each.path("name"), each.path("input_schema"));
      }
    }
    return tools;
  }

  private static void add(List<Tool> tools, JsonNode name, JsonNode schema) {
    if (name.isString()) {
      tools.add(new Tool(name.stringValue(), schema, true));
    }
  }

  /** The tool that the request forces by name; empty if it does not. */
  private static String named(JsonNode body) {
    for (String pointer :
        List.of(
            "/toolConfig/toolChoice/tool/name",
            "/tool_choice/name",
            "/tool_choice/function/name")) {
      JsonNode name = body.at(pointer);
      if (name.isString()) {
        return name.stringValue();
      }
    }
    return "";
  }

  private static boolean isAny(JsonNode body) {
    JsonNode choice = body.path("tool_choice");
    return body.at("/toolConfig/toolChoice/any").isObject()
        || choice.path("type").asString("").equals("any")
        || (choice.isString() && choice.stringValue().equals("required"));
  }

  private static boolean thinks(JsonNode body) {
    for (String pointer :
        List.of(
            "/thinking/type",
            "/additionalModelRequestFields/thinking/type",
            "/additionalModelRequestFields/reasoningConfig/type",
            "/additionalModelRequestFields/reasoning_config/type")) {
      String type = body.at(pointer).asString("").toLowerCase(Locale.ROOT);
      if (type.equals("enabled") || type.equals("adaptive")) {
        return true;
      }
    }
    return body.at("/additionalModelRequestFields/reasoning_effort").isString();
  }

  /** Converse shows what gpt-oss thinks, asked or not. */
  private static boolean alwaysThinks(Call call) {
    return call.operation().converses() && call.model().base().startsWith("openai.gpt-oss");
  }

  private static boolean cites(JsonNode messages) {
    for (JsonNode message : messages.values()) {
      for (JsonNode block : message.path("content").values()) {
        if (block.at("/document/citations/enabled").asBoolean(false)) {
          return true;
        }
      }
    }
    return false;
  }

  /** A small value that fits the schema, as far as that says what it wants. */
  private static JsonNode example(JsonNode schema, int depth) {
    JsonNode choices = schema.path("enum");
    if (choices.isArray() && !choices.isEmpty()) {
      return choices.get(0);
    }
    return switch (schema.path("type").asString(depth == 0 ? "object" : "string")) {
      case "object" -> object(schema, depth);
      case "array" -> Json.array();
      case "integer", "number" -> Json.MAPPER.getNodeFactory().numberNode(1);
      case "boolean" -> Json.MAPPER.getNodeFactory().booleanNode(true);
      case "null" -> Json.MAPPER.getNodeFactory().nullNode();
      default -> Json.MAPPER.getNodeFactory().stringNode("emulated");
    };
  }

  private static ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = Json.object();
    for (JsonNode name : schema.path("required").values()) {
      if (name.isString() && object.size() < MOST_PROPERTIES && depth < 5) {
        JsonNode property = schema.path("properties").path(name.stringValue());
        object.set(name.stringValue(), example(property, depth + 1));
      }
    }
    return object;
  }
}
