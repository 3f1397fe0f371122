package dev.forebay.core.telemetry;

import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.TargetLocation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the spans of a call and of its attempts say, by the conventions in {@link GenAiNames}: the
 * one table for the gateway's spans and the library's.
 */
public final class CallSpans {
  /** The name of a call's span. */
  public static final String NAME = "invoke_bedrock";

  public static final String ROUTE = "route";
  public static final String TARGET = "target";
  public static final String ANSWER = "answer";
  public static final String OUTCOME = "outcome";

  private static final List<String> INDEXED_OF_CALL =
      List.of(GenAiNames.MODEL_ID, ROUTE, ANSWER, TARGET);
  private static final List<String> INDEXED_OF_ATTEMPT =
      List.of(GenAiNames.MODEL_ID, TARGET, OUTCOME);
  private static final String CANCELLED = "cancelled";
  private static final String WAITED = "forebay.waited_seconds";
  private static final String WHY = "forebay.why";

  private CallSpans() {}

  /**
   * A call begins.
   *
   * @param model as the caller named it
   * @param operation Bedrock's name of it; empty for work that is no call of Bedrock
   */
  public static void begin(SpanSink call, String model, String operation) {
    model(call, model, operation);
    call.put(GenAiNames.XRAY_ANNOTATIONS, INDEXED_OF_CALL);
    if (!operation.isEmpty()) {
      call.put("aws.operation", operation);
    }
  }

  private static void model(SpanSink span, String model, String operation) {
    if (!operation.isEmpty()) {
      span.put(GenAiNames.OPERATION, GenAiNames.operation(operation));
      span.put(GenAiNames.PROVIDER, GenAiNames.BEDROCK);
    }
    span.put(GenAiNames.REQUEST_MODEL, model);
    span.put(GenAiNames.MODEL_ID, model);
  }

  /**
   * What is known of a call once it has its route.
   *
   * @param plannedOutputTokens the caller's limit, or what is planned with if it gave none
   */
  public static void routed(
      SpanSink call, String route, String priority, boolean streaming, int plannedOutputTokens) {
    call.put(ROUTE, route);
    call.put("forebay.priority", priority);
    call.put(GenAiNames.REQUEST_STREAM, streaming);
    call.put("forebay.planned_output_tokens", plannedOutputTokens);
  }

  /** What is known of a call when it ends. */
  public static void sum(SpanSink call, int attempts, long waitedNanos) {
    call.put("forebay.attempts", attempts);
    call.put(WAITED, waitedNanos / 1e9);
  }

  /** The name of an attempt's span. */
  public static String attemptName(String model, String operation) {
    return operation.isEmpty() ? "work " + model : GenAiNames.operation(operation) + " " + model;
  }

  /** The model that is called at a place, for a caller that named one. */
  public static String modelAt(TargetLocation place, String asked) {
    return place.model().equals("*") ? asked : place.model();
  }

  /**
   * An attempt begins.
   *
   * @param model the one that is called
   * @param waitedNanos since the attempt before, or since the call began
   */
  public static void beginAttempt(
      SpanSink attempt,
      String model,
      String operation,
      String target,
      int number,
      Step.Source source,
      boolean hedge,
      long waitedNanos,
      TargetLocation place) {
    model(attempt, model, operation);
    attempt.put(GenAiNames.XRAY_ANNOTATIONS, INDEXED_OF_ATTEMPT);
    attempt.put(TARGET, target);
    attempt.put("forebay.attempt", number);
    attempt.put("forebay.source", source.label());
    attempt.put(WAITED, waitedNanos / 1e9);
    if (hedge) {
      attempt.put("forebay.hedge", true);
    }
    if (!place.address().isEmpty()) {
      attempt.put(GenAiNames.SERVER_ADDRESS, place.address());
      attempt.put(GenAiNames.SERVER_PORT, place.port());
      attempt.put(GenAiNames.CLOUD_REGION, place.region());
    }
  }

  /**
   * Something happened.
   *
   * @param attempt the event's; null if it has none, or its span is not known
   * @param startedAtNanos when the call began
   * @param answering the model of the target that answers, if the event is an answer
   */
  public static void tell(
      SpanEvent event,
      SpanSink call,
      @Nullable SpanSink attempt,
      long startedAtNanos,
      String answering) {
    switch (event) {
      case SpanEvent.Sent e -> {
        if (attempt != null) {
          attempt.happened("sent", e.atNanos());
        }
      }
      case SpanEvent.Responded e -> responded(attempt, e);
      case SpanEvent.ContentStarted e -> contentStarted(e, call, attempt, startedAtNanos);
      case SpanEvent.AttemptEnded e -> attemptEnded(attempt, e);
      case SpanEvent.Waiting e ->
          call.happened(
              "waiting", e.atNanos(), "seconds", (e.untilNanos() - e.atNanos()) / 1e9, e.why());
      case SpanEvent.Switched e ->
          call.happened("fallback", e.atNanos(), "tier", e.tier() + 1L, e.why());
      case SpanEvent.Answered e -> answered(call, e, answering);
      case SpanEvent.Interrupted e -> {
        failed(call, e.fault(), 200);
        call.put(ANSWER, "interrupted");
      }
      case SpanEvent.Refused e -> {
        call.put(WHY, e.why());
        failed(call, e.fault(), e.fault().status());
        call.put(ANSWER, "refused");
      }
      case SpanEvent.Served e -> served(call, e);
      case SpanEvent.CallerLeft e -> {
        call.put(GenAiNames.ERROR_TYPE, CANCELLED);
        call.put(ANSWER, CANCELLED);
      }
    }
  }

  private static void responded(@Nullable SpanSink attempt, SpanEvent.Responded event) {
    if (attempt == null) {
      return;
    }
    attempt.put(GenAiNames.STATUS_CODE, event.status());
    String requestId = event.requestId();
    if (requestId != null) {
      attempt.put(GenAiNames.AWS_REQUEST_ID, requestId);
    }
  }

  private static void contentStarted(
      SpanEvent.ContentStarted event,
      SpanSink call,
      @Nullable SpanSink attempt,
      long startedAtNanos) {
    if (attempt != null) {
      attempt.happened("first content", event.atNanos());
      attempt.put(GenAiNames.TIME_TO_FIRST_CHUNK, event.afterNanos() / 1e9);
    }
    call.put(GenAiNames.TIME_TO_FIRST_CHUNK, (event.atNanos() - startedAtNanos) / 1e9);
  }

  private static void attemptEnded(@Nullable SpanSink attempt, SpanEvent.AttemptEnded event) {
    if (attempt == null) {
      return;
    }
    attempt.put(OUTCOME, event.outcome());
    TokenUsage usage = event.usage();
    SpanEvent.Fault fault = event.fault();
    if (usage != null) {
      tokens(attempt, usage);
    } else if (fault != null) {
      attempt.put(GenAiNames.ERROR_TYPE, fault.type());
      attempt.failed(fault.label());
    } else {
      attempt.put(GenAiNames.ERROR_TYPE, CANCELLED);
    }
    attempt.ended(event.atNanos());
  }

  private static void answered(SpanSink call, SpanEvent.Answered event, String model) {
    call.put(TARGET, event.target());
    call.put(GenAiNames.RESPONSE_MODEL, model);
    call.put(GenAiNames.STATUS_CODE, 200);
    tokens(call, event.usage());
    call.put(ANSWER, event.source());
  }

  private static void served(SpanSink call, SpanEvent.Served event) {
    SpanEvent.Fault fault = event.fault();
    if (fault != null) {
      call.put(WHY, String.valueOf(event.why()));
      call.put(GenAiNames.ERROR_TYPE, fault.type());
    }
    call.put(GenAiNames.STATUS_CODE, 200);
    call.put(ANSWER, event.source());
  }

  private static void tokens(SpanSink span, TokenUsage usage) {
    span.put(
        GenAiNames.INPUT_TOKENS, (long) usage.input() + usage.cacheRead() + usage.cacheWrite());
    span.put(GenAiNames.OUTPUT_TOKENS, usage.output());
    span.put(GenAiNames.CACHE_READ_TOKENS, usage.cacheRead());
    span.put(GenAiNames.CACHE_WRITE_TOKENS, usage.cacheWrite());
    span.put(GenAiNames.TOKEN_COUNT, usage.total());
    span.put(
        GenAiNames.XRAY_METADATA, "{\"" + GenAiNames.TOKEN_COUNT + "\":" + usage.total() + "}");
  }

  private static void failed(SpanSink call, SpanEvent.Fault fault, int status) {
    call.put(GenAiNames.ERROR_TYPE, fault.type());
    call.put(GenAiNames.STATUS_CODE, status);
    call.failed(fault.label());
  }
}
