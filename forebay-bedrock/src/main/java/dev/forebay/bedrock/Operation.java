package dev.forebay.bedrock;

import java.util.Optional;

/** An operation on a model, named by the last segment of its path. */
public enum Operation {
  INVOKE("invoke"),
  INVOKE_STREAM("invoke-with-response-stream"),
  CONVERSE("converse"),
  CONVERSE_STREAM("converse-stream"),
  COUNT_TOKENS("count-tokens");

  private final String suffix;

  Operation(String suffix) {
    this.suffix = suffix;
  }

  /** The path's last segment, such as {@code converse-stream}. */
  public String suffix() {
    return suffix;
  }

  /** Whether the answer is an event stream. */
  public boolean streaming() {
    return this == INVOKE_STREAM || this == CONVERSE_STREAM;
  }

  /** Whether the body is in the model's own form. */
  public boolean invokes() {
    return this == INVOKE || this == INVOKE_STREAM;
  }

  static Optional<Operation> ofSuffix(String suffix) {
    for (Operation operation : values()) {
      if (operation.suffix.equals(suffix)) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }
}
