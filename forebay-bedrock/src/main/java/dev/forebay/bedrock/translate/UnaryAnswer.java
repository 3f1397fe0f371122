package dev.forebay.bedrock.translate;

import java.util.Map;

/** A unary answer in the form that was asked for. */
public final class UnaryAnswer {
  private final byte[] body;
  private final Ending ending;

  UnaryAnswer(byte[] body, Ending ending) {
    this.body = body;
    this.ending = ending;
  }

  /** The body. Not a copy: not to be written to. */
  public byte[] body() {
    return body;
  }

  /** What InvokeModel tells about an answer beside its body. */
  public Map<String, String> headers() {
    return Map.of(
        "X-Amzn-Bedrock-Input-Token-Count", Integer.toString(ending.usage().input()),
        "X-Amzn-Bedrock-Output-Token-Count", Integer.toString(ending.usage().output()),
        "X-Amzn-Bedrock-Invocation-Latency", Long.toString(ending.latencyMs()));
  }
}
