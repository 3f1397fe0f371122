package dev.forebay.emulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers the operations that are no calls of a model: guardrails that never intervene, and
 * invocations that are complete as soon as they have begun. Confined to one event loop.
 */
final class PassThroughAnswers {
  private static final int MOST_KEPT = 1_000;
  private static final String BEGUN = "2026-01-01T00:00:00Z";

  /** What was started, by its ARN. */
  private final Map<String, ObjectNode> invocations = new LinkedHashMap<>();

  Script answer(Call call, JsonNode body, String requestId) {
    ObjectNode answer =
        switch (call.operation()) {
          case APPLY_GUARDRAIL -> guardrail(body);
          case INVOKE_GUARDRAIL_CHECKS -> Json.object();
          case START_ASYNC_INVOKE -> start(body);
          case GET_ASYNC_INVOKE -> get(call.model().asked());
          case LIST_ASYNC_INVOKES -> list();
          case INVOKE, INVOKE_STREAM, CONVERSE, CONVERSE_STREAM, COUNT_TOKENS ->
              throw new IllegalArgumentException("a call of a model: " + call.operation());
        };
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("x-amzn-RequestId", requestId);
    return Script.of(
        Duration.ZERO, Script.OK, new WireAction.Whole(200, headers, Json.bytes(answer)));
  }

  private static ObjectNode guardrail(JsonNode body) {
    if (!body.path("content").isArray()) {
      throw RequestedTokens.malformed("#: required key [content] not found");
    }
    ObjectNode answer = Json.object().put("action", "NONE");
    answer.putArray("outputs");
    answer.putArray("assessments");
    answer.putObject("usage").put("topicPolicyUnits", 1);
    return answer;
  }

  private ObjectNode start(JsonNode body) {
    if (!body.path("modelId").isString()) {
      throw RequestedTokens.malformed("#: required key [modelId] not found");
    }
    String arn =
        "arn:aws:bedrock:us-east-1:000000000000:async-invoke/%012d".formatted(invocations.size());
    if (invocations.size() < MOST_KEPT) {
      ObjectNode invocation =
          Json.object()
              .put("invocationArn", arn)
              .put("modelArn", body.path("modelId").stringValue())
              .put("status", "Completed")
              .put("submitTime", BEGUN)
              .put("endTime", BEGUN);
      invocation.set("outputDataConfig", body.path("outputDataConfig"));
      invocations.put(arn, invocation);
    }
    return Json.object().put("invocationArn", arn);
  }

  private ObjectNode get(String arn) {
    ObjectNode invocation = invocations.get(arn);
    if (invocation == null) {
      throw new RefusedException(ErrorType.VALIDATION, "The provided invocation ARN is invalid.");
    }
    return invocation;
  }

  private ObjectNode list() {
    ObjectNode answer = Json.object();
    ArrayNode summaries = answer.putArray("asyncInvokeSummaries");
    invocations.values().forEach(summaries::add);
    return answer;
  }
}
