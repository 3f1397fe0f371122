package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A conversation with tools and thinking in which the model that was asked and a fallback take
 * turns, each with the other's turns in the history, goes on for ever.
 */
class SessionNeverWedgedTest {
  private static final List<String> MODELS =
      List.of(
          "us.anthropic.claude-opus-4-6-v1",
          "us.anthropic.claude-opus-5-5-20260922-v1:0",
          "us.anthropic.claude-next-9",
          "us.amazon.nova-2-lite-v1:0",
          "qwen.qwen3-32b-v1:0",
          "openai.gpt-oss-120b-1:0",
          "deepseek.v3.2",
          "us.acme.thinker-v1:0");

  static Stream<Arguments> pairs() {
    return MODELS.stream()
        .flatMap(
            asked ->
                MODELS.stream()
                    .filter(other -> !other.equals(asked))
                    .map(other -> Arguments.of(asked, other)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void converse(String asked, String other) throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", asked, other)) {
      JsonArray messages = new JsonArray();
      JsonObject body =
          new JsonObject()
              .put("messages", messages)
              .put(
                  "toolConfig",
                  new JsonObject(
                      "{\"tools\": [{\"toolSpec\": {\"name\": \"look\", \"inputSchema\": {\"json\": {\"type\": \"object\"}}}}]}"));
      for (int turn = 0; turn < 8; turn++) {
        boolean primary = turn % 3 != 1;
        take(bedrock, asked, primary);
        messages.add(next(messages, turn));
        HttpResponse<String> answer = gateway.converse(body.encode());

        assertThat(answer.statusCode()).as("turn %d: %s", turn, answer.body()).isEqualTo(200);
        assertThat(Http.header(answer, "x-forebay-model")).isEqualTo(primary ? asked : other);
        messages.add(
            new JsonObject(answer.body()).getJsonObject("output").getJsonObject("message"));
      }
    }
  }

  static Stream<Arguments> ofClaude() {
    return MODELS.stream()
        .filter(model -> model.contains("anthropic"))
        .flatMap(
            asked ->
                MODELS.stream()
                    .filter(other -> !other.equals(asked))
                    .flatMap(
                        other ->
                            Stream.of(
                                    "{\"type\": \"adaptive\"}",
                                    "{\"type\": \"enabled\", \"budget_tokens\": 1024}")
                                .filter(
                                    how -> how.contains("adaptive") || other.contains("anthropic"))
                                .map(how -> Arguments.of(asked, other, how))));
  }

  @ParameterizedTest
  @MethodSource("ofClaude")
  void invokeModel(String asked, String other, String thinking) throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", asked, other)) {
      JsonArray messages = new JsonArray();
      JsonObject body =
          new JsonObject()
              .put("anthropic_version", "bedrock-2023-05-31")
              .put("max_tokens", 4_000)
              .put("thinking", new JsonObject(thinking))
              .put(
                  "tools",
                  new JsonArray("[{\"name\": \"look\", \"input_schema\": {\"type\": \"object\"}}]"))
              .put("messages", messages);
      for (int turn = 0; turn < 8; turn++) {
        boolean primary = turn % 3 != 1;
        take(bedrock, asked, primary);
        messages.add(nextOfClaude(messages, turn));
        HttpResponse<String> answer = gateway.invoke(body.encode());

        assertThat(answer.statusCode()).as("turn %d: %s", turn, answer.body()).isEqualTo(200);
        assertThat(Http.header(answer, "x-forebay-model")).isEqualTo(primary ? asked : other);
        messages.add(
            new JsonObject()
                .put("role", "assistant")
                .put("content", new JsonObject(answer.body()).getJsonArray("content")));
      }
    }
  }

  private static void take(StrictBedrock bedrock, String asked, boolean primary) {
    if (primary) {
      bedrock.free(asked);
    } else {
      bedrock.busy(asked);
    }
  }

  /** The result of the tool that was used last, or another question. */
  private static JsonObject next(JsonArray messages, int turn) {
    JsonObject content = new JsonObject().put("text", "Question " + turn);
    if (!messages.isEmpty()) {
      for (Object block : messages.getJsonObject(messages.size() - 1).getJsonArray("content")) {
        JsonObject use = ((JsonObject) block).getJsonObject("toolUse");
        if (use != null) {
          content =
              new JsonObject()
                  .put(
                      "toolResult",
                      new JsonObject()
                          .put("toolUseId", use.getString("toolUseId"))
                          .put(
                              "content",
                              new JsonArray().add(new JsonObject().put("text", "done"))));
        }
      }
    }
    return new JsonObject().put("role", "user").put("content", new JsonArray().add(content));
  }

  private static JsonObject nextOfClaude(JsonArray messages, int turn) {
    JsonObject content = new JsonObject().put("type", "text").put("text", "Question " + turn);
    if (!messages.isEmpty()) {
      for (Object block : messages.getJsonObject(messages.size() - 1).getJsonArray("content")) {
        if (block instanceof JsonObject use && use.getString("type").equals("tool_use")) {
          content =
              new JsonObject()
                  .put("type", "tool_result")
                  .put("tool_use_id", use.getString("id"))
                  .put("content", "done");
        }
      }
    }
    return new JsonObject().put("role", "user").put("content", new JsonArray().add(content));
  }
}
