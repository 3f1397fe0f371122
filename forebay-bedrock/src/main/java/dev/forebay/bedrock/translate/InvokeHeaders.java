package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ConverseTier;
import dev.forebay.bedrock.Headers;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What InvokeModel takes as headers and Converse in its body. */
record InvokeHeaders(Headers headers) {
  private static final String GUARDRAIL = "X-Amzn-Bedrock-GuardrailIdentifier";
  private static final String GUARDRAIL_VERSION = "X-Amzn-Bedrock-GuardrailVersion";
  private static final String TRACE = "X-Amzn-Bedrock-Trace";
  private static final String LATENCY = "X-Amzn-Bedrock-PerformanceConfig-Latency";

  ConverseDraft addTo(ConverseDraft draft) {
    String guardrail = headers.get(GUARDRAIL);
    String version = headers.get(GUARDRAIL_VERSION);
    if (guardrail != null && version != null) {
      draft
          .converse()
          .putObject("guardrailConfig")
          .put("guardrailIdentifier", guardrail)
          .put("guardrailVersion", version);
    } else if (guardrail != null || version != null) {
      draft.obstacle("half a guardrail");
    }
    if (lowerCase(TRACE).startsWith("enabled")) {
      draft.obstacle("a guardrail's trace");
    }
    if (lowerCase(LATENCY).equals("optimized")) {
      draft.obstacle("optimized latency");
    }
    String tier = lowerCase(ConverseTier.HEADER);
    if (!tier.isEmpty()) {
      draft.converse().putObject("serviceTier").put("type", tier);
    }
    return draft;
  }

  private String lowerCase(String name) {
    @Nullable String value = headers.get(name);
    return value == null ? "" : value.toLowerCase(Locale.ROOT);
  }
}
