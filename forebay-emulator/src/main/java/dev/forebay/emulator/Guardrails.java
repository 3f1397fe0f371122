package dev.forebay.emulator;

import tools.jackson.databind.node.ObjectNode;

/** What answers hold when a guardrail has intervened. */
final class Guardrails {
  static final String ACTION = "amazon-bedrock-guardrailAction";
  static final String TRACE = "amazon-bedrock-trace";
  static final String INTERVENED = "INTERVENED";

  private Guardrails() {}

  /**
   * The assessment of a denied topic.
   *
   * @param member {@code inputAssessment} in Converse, {@code input} in InvokeModel
   */
  static ObjectNode trace(String id, String member) {
    ObjectNode trace = Json.object();
    ObjectNode guardrail = trace.putObject("guardrail").put("actionReason", "Guardrail blocked.");
    ObjectNode assessment = guardrail.putObject(member).putObject(id);
    assessment
        .putObject("topicPolicy")
        .putArray("topics")
        .addObject()
        .put("name", "emulated")
        .put("type", "DENY")
        .put("action", "BLOCKED")
        .put("detected", true);
    ObjectNode metrics = assessment.putObject("invocationMetrics");
    metrics.put("guardrailProcessingLatency", 1);
    metrics.putObject("usage").put("topicPolicyUnits", 1);
    return trace;
  }
}
