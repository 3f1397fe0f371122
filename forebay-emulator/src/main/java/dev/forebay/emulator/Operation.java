package dev.forebay.emulator;

import java.util.Arrays;
import java.util.Optional;

/** A data-plane operation, named as in the path. */
public enum Operation {
  /** InvokeModel. */
  INVOKE("invoke"),
  /** InvokeModelWithResponseStream. */
  INVOKE_STREAM("invoke-with-response-stream"),
  /** Converse. */
  CONVERSE("converse"),
  /** ConverseStream. */
  CONVERSE_STREAM("converse-stream"),
  /** CountTokens; free of charge, so it takes nothing from a quota. */
  COUNT_TOKENS("count-tokens");

  private final String key;

  Operation(String key) {
    this.key = key;
  }

  /** The last segment of the path. */
  public String key() {
    return key;
  }

  boolean streams() {
    return this == INVOKE_STREAM || this == CONVERSE_STREAM;
  }

  boolean converses() {
    return this == CONVERSE || this == CONVERSE_STREAM;
  }

  static Optional<Operation> of(String key) {
    return Arrays.stream(values()).filter(operation -> operation.key.equals(key)).findFirst();
  }
}
