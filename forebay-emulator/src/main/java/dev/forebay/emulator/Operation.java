package dev.forebay.emulator;

import java.util.Arrays;
import java.util.Optional;

/** A data-plane operation. */
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
  COUNT_TOKENS("count-tokens"),
  /** ApplyGuardrail. */
  APPLY_GUARDRAIL("apply-guardrail"),
  /** InvokeGuardrailChecks. */
  INVOKE_GUARDRAIL_CHECKS("invoke-guardrail-checks"),
  /** StartAsyncInvoke. */
  START_ASYNC_INVOKE("start-async-invoke"),
  /** GetAsyncInvoke. */
  GET_ASYNC_INVOKE("get-async-invoke"),
  /** ListAsyncInvokes. */
  LIST_ASYNC_INVOKES("list-async-invokes");

  private final String key;

  Operation(String key) {
    this.key = key;
  }

  /** For a call of a model the last segment of its path. */
  public String key() {
    return key;
  }

  boolean streams() {
    return this == INVOKE_STREAM || this == CONVERSE_STREAM;
  }

  boolean converses() {
    return this == CONVERSE || this == CONVERSE_STREAM;
  }

  /** Whether it calls a model, as its path says. */
  boolean callsModel() {
    return compareTo(COUNT_TOKENS) <= 0;
  }

  /** The call of a model whose path ends so. */
  static Optional<Operation> of(String segment) {
    return Arrays.stream(values())
        .filter(operation -> operation.callsModel() && operation.key.equals(segment))
        .findFirst();
  }
}
