package dev.forebay.it.issues;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An upstream that refuses what Bedrock's models refuse, by status 400 and a message that names it:
 * signatures of another model, thinking where there is none, blank texts, marks, sampling and
 * decorated schemas. Models named here can be made to have no capacity. It answers by using the
 * first tool on offer, and with a text once that has a result.
 */
final class StrictBedrock implements AutoCloseable {
  /** A request that was answered or refused. */
  record Seen(String model, String operation, JsonObject body, int status) {}

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  StrictBedrock() throws Exception {
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> request.body().onSuccess(body -> answer(request, new JsonObject(body))))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS);
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** The model answers 429 until {@link #free}. */
  void busy(String model) {
    busy.add(model);
  }

  void free(String model) {
    busy.remove(model);
  }

  /**
   * The model refuses requests in whose body, as JSON, that text is found.
   *
   * @param refusal status, blank, message
   */
  void refuse(String model, String text, String refusal) {
    refusals.put(model + "\n" + text, refusal);
  }

  /** All requests to that model, the oldest first. */
  List<Seen> seen(String model) {
    return seen.stream().filter(one -> one.model().equals(model)).toList();
  }

  private void answer(HttpServerRequest request, JsonObject body) {
    String[] path = Objects.requireNonNull(request.path()).split("/", -1);
    String model = URLDecoder.decode(path[2], StandardCharsets.UTF_8);
    boolean converse = path[3].equals("converse");
    String refusal = refusal(model, converse, body);
    int status = refusal.isEmpty() ? 200 : Integer.parseInt(refusal.substring(0, 3));
    seen.add(new Seen(model, path[3], body, status));
    if (status != 200) {
      request
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", "application/json")
          .putHeader("x-amzn-ErrorType", type(status))
          .end(new JsonObject().put("message", refusal.substring(4)).encode());
      return;
    }
    JsonObject answer = converse ? converse(model, body) : invoke(model, body);
    request.response().putHeader("Content-Type", "application/json").end(answer.encode());
  }

  private static String type(int status) {
    return switch (status) {
      case 403 -> "AccessDeniedException";
      case 429 -> "ThrottlingException";
      default -> "ValidationException";
    };
  }

  private String refusal(String model, boolean converse, JsonObject body) {
    if (busy.contains(model)) {
      return "429 Too many requests, please wait.";
    }
    String text = body.encode();
    for (Map.Entry<String, String> one : refusals.entrySet()) {
      String[] rule = one.getKey().split("\n", 2);
      if (rule[0].equals(model) && text.contains(rule[1])) {
        return one.getValue();
      }
    }
    if (text.contains("\"text\":\"\"")) {
      return "400 The text field in a content block is blank.";
    }
    return converse ? converseRefusal(model, body) : invokeRefusal(model, body);
  }

  private static boolean isClaude(String model) {
    return model.contains("anthropic.");
  }

  private static String converseRefusal(String model, JsonObject body) {
    String last = "";
    for (JsonObject message : objects(body.getJsonArray("messages"))) {
      if (message.getString("role").equals(last)) {
        return "400 The roles of messages must alternate.";
      }
      last = message.getString("role");
      List<JsonObject> blocks = objects(message.getJsonArray("content"));
      if (blocks.isEmpty()) {
        return "400 A message has no content.";
      }
      for (JsonObject block : blocks) {
        JsonObject reasoning = block.getJsonObject("reasoningContent");
        if (reasoning != null && !isClaude(model)) {
          return "400 This model does not support reasoningContent in messages.";
        }
        if (reasoning != null) {
          String signature =
              reasoning.getJsonObject("reasoningText", new JsonObject()).getString("signature");
          if (!isOwn(model, signature)) {
            return "400 messages.1.content.0: Invalid `signature` in `thinking` block";
          }
        }
        if ((block.containsKey("toolUse") || block.containsKey("toolResult"))
            && !body.containsKey("toolConfig")) {
          return "400 The toolConfig field must be defined.";
        }
      }
    }
    if (model.contains("nova")) {
      for (JsonObject tool : objects(tools(body))) {
        JsonObject schema =
            tool.getJsonObject("toolSpec").getJsonObject("inputSchema").getJsonObject("json");
        if (!Set.of("type", "properties", "required").containsAll(schema.fieldNames())) {
          return "400 The model refuses keywords at the top of inputSchema.";
        }
      }
    }
    return "";
  }

  private static JsonArray tools(JsonObject body) {
    return body.getJsonObject("toolConfig", new JsonObject())
        .getJsonArray("tools", new JsonArray());
  }

  private static String invokeRefusal(String model, JsonObject body) {
    JsonArray messages = body.getJsonArray("messages");
    for (JsonObject message : objects(messages)) {
      for (JsonObject block : objects(message.getValue("content"))) {
        if (block.getString("type", "").equals("thinking")
            && !isOwn(model, block.getString("signature"))) {
          return "400 messages.1.content.0: Invalid `signature` in `thinking` block";
        }
      }
    }
    boolean thinks =
        body.getJsonObject("thinking", new JsonObject()).getString("type", "").equals("enabled");
    if (thinks && isClaude(model) && messages.size() > 1) {
      List<JsonObject> last =
          objects(messages.getJsonObject(messages.size() - 1).getValue("content"));
      List<JsonObject> before =
          objects(messages.getJsonObject(messages.size() - 2).getValue("content"));
      if (last.stream().anyMatch(block -> block.getString("type", "").equals("tool_result"))
          && !before.isEmpty()
          && !before.getFirst().getString("type").equals("thinking")) {
        return "400 messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but"
            + " found `tool_use`.";
      }
    }
    return "";
  }

  private static boolean isOwn(String model, String signature) {
    return signature != null && signature.startsWith(model + "/");
  }

  private JsonObject converse(String model, JsonObject body) {
    JsonArray content = new JsonArray();
    if (isClaude(model)) {
      content.add(
          new JsonObject()
              .put(
                  "reasoningContent",
                  new JsonObject()
                      .put(
                          "reasoningText",
                          new JsonObject().put("text", "Hm.").put("signature", signature(model)))));
    }
    JsonArray tools = tools(body);
    boolean uses =
        !tools.isEmpty() && !body.getJsonArray("messages").encode().endsWith("done\"}]}}]}]");
    if (uses) {
      content.add(
          new JsonObject()
              .put(
                  "toolUse",
                  new JsonObject()
                      .put("toolUseId", "use-" + turn.incrementAndGet())
                      .put(
                          "name",
                          tools.getJsonObject(0).getJsonObject("toolSpec").getString("name"))
                      .put("input", new JsonObject())));
    } else {
      content.add(new JsonObject().put("text", "Said by " + model));
    }
    return new JsonObject()
        .put(
            "output",
            new JsonObject()
                .put("message", new JsonObject().put("role", "assistant").put("content", content)))
        .put("stopReason", uses ? "tool_use" : "end_turn")
        .put("metrics", new JsonObject().put("latencyMs", 1))
        .put(
            "usage",
            new JsonObject().put("inputTokens", 1).put("outputTokens", 1).put("totalTokens", 2));
  }

  private JsonObject invoke(String model, JsonObject body) {
    JsonArray content = new JsonArray();
    if (body.containsKey("thinking")) {
      content.add(
          new JsonObject()
              .put("type", "thinking")
              .put("thinking", "Hm.")
              .put("signature", signature(model)));
    }
    JsonArray messages = body.getJsonArray("messages");
    boolean uses =
        body.containsKey("tools")
            && objects(messages.getJsonObject(messages.size() - 1).getValue("content")).stream()
                .noneMatch(block -> block.getString("type", "").equals("tool_result"));
    content.add(
        uses
            ? new JsonObject()
                .put("type", "tool_use")
                .put("id", "use-" + turn.incrementAndGet())
                .put("name", body.getJsonArray("tools").getJsonObject(0).getString("name"))
                .put("input", new JsonObject())
            : new JsonObject().put("type", "text").put("text", "Said by " + model));
    return new JsonObject()
        .put("id", "msg_1")
        .put("type", "message")
        .put("role", "assistant")
        .put("model", model)
        .put("content", content)
        .put("stop_reason", uses ? "tool_use" : "end_turn")
        .put("usage", new JsonObject().put("input_tokens", 1).put("output_tokens", 1));
  }

  private String signature(String model) {
    return model + "/" + turn.incrementAndGet();
  }

  private static List<JsonObject> objects(Object list) {
    List<JsonObject> objects = new ArrayList<>();
    if (list instanceof JsonArray array) {
      array.forEach(element -> objects.add((JsonObject) element));
    }
    return objects;
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
