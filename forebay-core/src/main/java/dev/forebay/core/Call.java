package dev.forebay.core;

import java.time.Duration;

/**
 * What the policies know of a call: never its content.
 *
 * @param streaming whether the caller reads the answer as it is made, so that the first token
 *     counts
 * @param inputTokens the estimated input
 * @param maxOutputTokens the most output that the caller allows
 * @param patience the caller's own deadline, all attempts included; the route's holds if shorter
 * @param conversation equal for calls that share the beginning of their input, which a target may
 *     have in its cache; 0 if that brings nothing
 * @param bytes what the call holds in memory while it waits
 * @param repeatable whether the call may be sent to two targets at a time; one with tools may not
 * @param eligibility which targets can serve the call
 * @param inputKind equal for calls whose estimates err alike: those of one route and model that
 *     agree in whether they have tools, images and documents
 */
public record Call(
    boolean streaming,
    int inputTokens,
    int maxOutputTokens,
    Duration patience,
    Priority priority,
    Tenant tenant,
    long conversation,
    int bytes,
    boolean repeatable,
    Eligibility eligibility,
    int inputKind) {
  /** A caller that leaves the deadline to the route. */
  public static final Duration ROUTE_DEADLINE = Duration.ofNanos(Long.MAX_VALUE);

  public Call {
    Checks.check(inputTokens >= 0, "inputTokens", "must not be negative", inputTokens);
    Checks.check(maxOutputTokens >= 0, "maxOutputTokens", "must not be negative", maxOutputTokens);
    Checks.notNegative("patience", patience);
    Checks.check(bytes >= 0, "bytes", "must not be negative", bytes);
  }

  /** The same call in class batch, with the route's deadline: no caller waits for it. */
  public Call inBackground() {
    return new Call(
        streaming,
        inputTokens,
        maxOutputTokens,
        ROUTE_DEADLINE,
        Priority.BATCH,
        tenant,
        conversation,
        bytes,
        repeatable,
        eligibility,
        inputKind);
  }

  /** A call whose kind of input is not known. */
  public Call(
      boolean streaming,
      int inputTokens,
      int maxOutputTokens,
      Duration patience,
      Priority priority,
      Tenant tenant,
      long conversation,
      int bytes,
      boolean repeatable,
      Eligibility eligibility) {
    this(
        streaming,
        inputTokens,
        maxOutputTokens,
        patience,
        priority,
        tenant,
        conversation,
        bytes,
        repeatable,
        eligibility,
        0);
  }

  /** A call that every target can serve. */
  public Call(
      boolean streaming,
      int inputTokens,
      int maxOutputTokens,
      Duration patience,
      Priority priority,
      Tenant tenant,
      long conversation,
      int bytes,
      boolean repeatable) {
    this(
        streaming,
        inputTokens,
        maxOutputTokens,
        patience,
        priority,
        tenant,
        conversation,
        bytes,
        repeatable,
        Eligibility.ALL);
  }

  /** A call of the standard class, without a tenant of its own. */
  public Call(boolean streaming, int inputTokens, int maxOutputTokens, Duration patience) {
    this(
        streaming,
        inputTokens,
        maxOutputTokens,
        patience,
        Priority.STANDARD,
        Tenant.ANYONE,
        0,
        0,
        false);
  }
}
