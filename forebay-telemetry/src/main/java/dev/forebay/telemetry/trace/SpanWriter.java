package dev.forebay.telemetry.trace;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.JourneyEvent;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.telemetry.GenAiNames;
import dev.forebay.telemetry.Place;
import dev.forebay.telemetry.Places;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the spans of calls that have ended, by OpenTelemetry's SDK. Not thread-safe: one thread
 * makes all of them.
 */
final class SpanWriter {
  private static final AttributeKey<List<String>> ANNOTATIONS =
      AttributeKey.stringArrayKey(GenAiNames.XRAY_ANNOTATIONS);
  private static final List<String> INDEXED_OF_CALL =
      List.of(GenAiNames.MODEL_ID, "route", "answer", "target");
  private static final List<String> INDEXED_OF_ATTEMPT =
      List.of(GenAiNames.MODEL_ID, "target", "outcome");

  /** A model id is the longest text that a caller gives. */
  private static final int LONGEST_VALUE = 512;

  private final PlannedIds ids = new PlannedIds();
  private final List<SpanData> made = new ArrayList<>();
  private final Tracer tracer;
  private final Places places;

  SpanWriter(String version, Places places) {
    this.places = places;
    Resource resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "forebay",
                        AttributeKey.stringKey("service.version"),
                        version)));
    this.tracer =
        SdkTracerProvider.builder()
            .setIdGenerator(ids)
            .setSampler(Sampler.alwaysOn())
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST_VALUE).build())
            .setResource(resource)
            .addSpanProcessor(new Collector())
            .build()
            .get("dev.forebay");
  }

  /** Takes each span as it ends. */
  private final class Collector implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      made.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  /** The call's span and its attempts'. */
  List<SpanData> spans(TracedCall of) {
    made.clear();
    Span call = begin(of);
    Context inCall = Context.root().with(call);
    Map<Integer, Span> attempts = new HashMap<>();
    for (TracedCall.Try each : of.tries()) {
      attempts.put(each.began().attempt().number(), begin(of, each, inCall));
    }
    for (JourneyEvent event : of.events()) {
      tell(of, event, call, attempts);
    }
    // One whose end was more than there was room for ends with its call.
    long end = of.epoch(of.events().getLast().atNanos());
    attempts.values().forEach(span -> span.end(end, TimeUnit.NANOSECONDS));
    return List.copyOf(made);
  }

  private Span begin(TracedCall of) {
    Context parent =
        of.parent().isValid() ? Context.root().with(Span.wrap(of.parent())) : Context.root();
    String model = of.origin().model();
    ids.plan(of.traceId(), of.spanId());
    return tracer
        .spanBuilder("invoke_bedrock")
        .setParent(parent)
        .setSpanKind(SpanKind.SERVER)
        .setStartTimestamp(of.epoch(of.startedAtNanos()), TimeUnit.NANOSECONDS)
        .setAttribute(GenAiNames.OPERATION, GenAiNames.operation(of.origin().operation()))
        .setAttribute(GenAiNames.PROVIDER, GenAiNames.BEDROCK)
        .setAttribute(GenAiNames.REQUEST_MODEL, model)
        .setAttribute(GenAiNames.REQUEST_STREAM, of.call().streaming())
        .setAttribute(GenAiNames.REQUEST_MAX_TOKENS, of.call().maxOutputTokens())
        .setAttribute(GenAiNames.MODEL_ID, model)
        .setAttribute(ANNOTATIONS, INDEXED_OF_CALL)
        .setAttribute("aws.operation", of.origin().operation())
        .setAttribute("route", of.route())
        .setAttribute("forebay.priority", of.call().priority().label())
        .setAttribute("forebay.attempts", of.tries().size())
        .setAttribute("forebay.waited_seconds", of.waitedNanos() / 1e9)
        .startSpan();
  }

  private Span begin(TracedCall of, TracedCall.Try one, Context inCall) {
    Step.Attempt attempt = one.began().attempt();
    Place place = places.of(attempt.target().name());
    String model = model(of, attempt.target().name());
    String operation = GenAiNames.operation(of.origin().operation());
    ids.plan(of.traceId(), one.spanId());
    SpanBuilder builder =
        tracer
            .spanBuilder(operation + " " + model)
            .setParent(inCall)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(of.epoch(one.began().atNanos()), TimeUnit.NANOSECONDS)
            .setAttribute(GenAiNames.OPERATION, operation)
            .setAttribute(GenAiNames.PROVIDER, GenAiNames.BEDROCK)
            .setAttribute(GenAiNames.REQUEST_MODEL, model)
            .setAttribute(GenAiNames.MODEL_ID, model)
            .setAttribute(ANNOTATIONS, INDEXED_OF_ATTEMPT)
            .setAttribute("target", attempt.target().name())
            .setAttribute("forebay.attempt", attempt.number())
            .setAttribute("forebay.source", one.began().source().label())
            .setAttribute("forebay.waited_seconds", one.waitedNanos() / 1e9);
    if (one.began().hedge()) {
      builder.setAttribute("forebay.hedge", true);
    }
    if (!place.address().isEmpty()) {
      builder
          .setAttribute(GenAiNames.SERVER_ADDRESS, place.address())
          .setAttribute(GenAiNames.SERVER_PORT, place.port())
          .setAttribute(GenAiNames.CLOUD_REGION, place.region());
    }
    return builder.startSpan();
  }

  private String model(TracedCall of, String target) {
    String model = places.of(target).model();
    return model.equals("*") ? of.origin().model() : model;
  }

  private void tell(TracedCall of, JourneyEvent event, Span call, Map<Integer, Span> attempts) {
    long at = of.epoch(event.atNanos());
    switch (event) {
      case JourneyEvent.AttemptStarted e -> {}
      case JourneyEvent.Sent e ->
          of(e.attempt(), attempts).addEvent("sent", at, TimeUnit.NANOSECONDS);
      case JourneyEvent.Responded e -> responded(of(e.attempt(), attempts), e);
      case JourneyEvent.ContentStarted e -> {
        Span attempt = of(e.attempt(), attempts);
        attempt.addEvent("first content", at, TimeUnit.NANOSECONDS);
        attempt.setAttribute(GenAiNames.TIME_TO_FIRST_CHUNK, e.afterNanos() / 1e9);
        double sinceStart = (e.atNanos() - of.startedAtNanos()) / 1e9;
        call.setAttribute(GenAiNames.TIME_TO_FIRST_CHUNK, sinceStart);
      }
      case JourneyEvent.AttemptEnded e -> {
        Span attempt = of(e.attempt(), attempts);
        ended(attempt, e.outcome());
        attempt.end(at, TimeUnit.NANOSECONDS);
      }
      case JourneyEvent.Waiting e ->
          call.addEvent(
              "waiting",
              Attributes.builder()
                  .put("seconds", (e.untilNanos() - e.atNanos()) / 1e9)
                  .put("why", e.why())
                  .build(),
              at,
              TimeUnit.NANOSECONDS);
      case JourneyEvent.Switched e ->
          call.addEvent(
              "fallback",
              Attributes.builder().put("tier", e.tier() + 1L).put("why", e.why()).build(),
              at,
              TimeUnit.NANOSECONDS);
      case JourneyEvent.Answered e -> answered(of, call, e, at);
      case JourneyEvent.Interrupted e -> {
        failed(call, e.outcome().error(), 200);
        end(call, "interrupted", at);
      }
      case JourneyEvent.Refused e -> {
        call.setAttribute("forebay.why", e.refusal().why());
        failed(call, e.refusal().error(), e.refusal().error().status());
        end(call, "refused", at);
      }
      case JourneyEvent.Served e -> served(call, e, at);
      case JourneyEvent.CallerLeft e -> {
        call.setAttribute(GenAiNames.ERROR_TYPE, "cancelled");
        end(call, "cancelled", at);
      }
    }
  }

  private static Span of(Step.Attempt attempt, Map<Integer, Span> attempts) {
    return attempts.getOrDefault(attempt.number(), Span.getInvalid());
  }

  private static void responded(Span attempt, JourneyEvent.Responded event) {
    attempt.setAttribute(GenAiNames.STATUS_CODE, event.status());
    String requestId = event.requestId();
    if (requestId != null) {
      attempt.setAttribute(GenAiNames.AWS_REQUEST_ID, requestId);
    }
  }

  private static void ended(Span attempt, Outcome outcome) {
    attempt.setAttribute("outcome", outcome.label());
    switch (outcome) {
      case Outcome.Succeeded success -> tokens(attempt, success.usage());
      case Outcome.Cancelled gone -> attempt.setAttribute(GenAiNames.ERROR_TYPE, "cancelled");
      case Outcome.Failure failure -> {
        attempt.setAttribute(GenAiNames.ERROR_TYPE, failure.error().type());
        attempt.setStatus(StatusCode.ERROR, failure.error().label());
      }
    }
  }

  private void answered(TracedCall of, Span call, JourneyEvent.Answered event, long at) {
    String target = event.answer().target().name();
    call.setAttribute("target", target);
    call.setAttribute(GenAiNames.RESPONSE_MODEL, model(of, target));
    call.setAttribute(GenAiNames.STATUS_CODE, 200);
    tokens(call, event.usage());
    end(call, event.answer().source().label(), at);
  }

  private static void served(Span call, JourneyEvent.Served event, long at) {
    Step.Refuse instead = event.instead();
    if (instead != null) {
      call.setAttribute("forebay.why", instead.why());
      call.setAttribute(GenAiNames.ERROR_TYPE, instead.error().type());
    }
    call.setAttribute(GenAiNames.STATUS_CODE, 200);
    end(call, event.source().label(), at);
  }

  private static void tokens(Span span, TokenUsage usage) {
    long input = (long) usage.input() + usage.cacheRead() + usage.cacheWrite();
    span.setAttribute(GenAiNames.INPUT_TOKENS, input);
    span.setAttribute(GenAiNames.OUTPUT_TOKENS, usage.output());
    span.setAttribute(GenAiNames.CACHE_READ_TOKENS, usage.cacheRead());
    span.setAttribute(GenAiNames.CACHE_WRITE_TOKENS, usage.cacheWrite());
    span.setAttribute(GenAiNames.TOKEN_COUNT, usage.total());
    span.setAttribute(
        GenAiNames.XRAY_METADATA, "{\"" + GenAiNames.TOKEN_COUNT + "\":" + usage.total() + "}");
  }

  private static void failed(Span call, ErrorInfo error, int status) {
    call.setAttribute(GenAiNames.ERROR_TYPE, error.type());
    call.setAttribute(GenAiNames.STATUS_CODE, status);
    call.setStatus(StatusCode.ERROR, error.label());
  }

  private static void end(Span call, String answer, long at) {
    call.setAttribute("answer", answer);
    call.end(at, TimeUnit.NANOSECONDS);
  }
}
