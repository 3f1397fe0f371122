package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Operation;

/** What of a call decides which models can never serve it, whatever else its body holds. */
public enum CallKind {
  INVOKE(Operation.INVOKE, ""),
  INVOKE_STREAM(Operation.INVOKE_STREAM, ""),
  CONVERSE(Operation.CONVERSE, ""),
  CONVERSE_STREAM(Operation.CONVERSE_STREAM, ""),
  /** The tokens of an InvokeModel body. */
  COUNT_INVOKE(Operation.COUNT_TOKENS, " of an InvokeModel body"),
  /** The tokens of a Converse request. */
  COUNT_CONVERSE(Operation.COUNT_TOKENS, " of a Converse request");

  private final Operation operation;
  private final String detail;

  CallKind(Operation operation, String detail) {
    this.operation = operation;
    this.detail = detail;
  }

  /** The kind of an operation. */
  static CallKind of(Operation operation, boolean countsInvokeBody) {
    return switch (operation) {
      case INVOKE -> INVOKE;
      case INVOKE_STREAM -> INVOKE_STREAM;
      case CONVERSE -> CONVERSE;
      case CONVERSE_STREAM -> CONVERSE_STREAM;
      case COUNT_TOKENS -> countsInvokeBody ? COUNT_INVOKE : COUNT_CONVERSE;
    };
  }

  boolean isInvoke() {
    return this == INVOKE || this == INVOKE_STREAM;
  }

  /** The operation, with what narrows it down. */
  @Override
  public String toString() {
    return operation.suffix() + detail;
  }
}
