package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ConverseTier;
import java.util.LinkedHashMap;
import java.util.Map;

/** A unary answer in the form that was asked for. */
public final class UnaryAnswer {
  private final byte[] body;
  private final AnswerEnd ending;
  private final String serviceTier;

  /**
   * An answer.
   *
   * @param serviceTier the tier that served it; empty if the model's answer does not say
   */
  UnaryAnswer(byte[] body, AnswerEnd ending, String serviceTier) {
    this.body = body;
    this.ending = ending;
    this.serviceTier = serviceTier;
  }

  /** The body. Not a copy: not to be written to. */
  public byte[] body() {
    return body;
  }

  /** What InvokeModel says about an answer beside its body. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Amzn-Bedrock-Input-Token-Count", Integer.toString(ending.usage().input()));
    headers.put("X-Amzn-Bedrock-Output-Token-Count", Integer.toString(ending.usage().output()));
    headers.put("X-Amzn-Bedrock-Invocation-Latency", Long.toString(ending.latencyMs()));
    if (!serviceTier.isEmpty()) {
      headers.put(ConverseTier.HEADER, serviceTier);
    }
    return headers;
  }
}
