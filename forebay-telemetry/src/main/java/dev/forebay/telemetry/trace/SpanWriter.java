package dev.forebay.telemetry.trace;

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
  List<SpanData> spans(KeptCall of) {
    made.clear();
    Span call = begin(of);
    Context inCall = Context.root().with(call);
    Map<Integer, Span> attempts = new HashMap<>();
    for (KeptCall.Try each : of.tries()) {
      attempts.put(each.number(), begin(of, each, inCall));
    }
    for (Moment moment : of.moments()) {
      tell(of, moment, call, attempts);
    }
    // One whose end was more than there was room for ends with its call.
    long end = of.epoch(of.moments().getLast().atNanos());
    attempts.values().forEach(span -> span.end(end, TimeUnit.NANOSECONDS));
    return List.copyOf(made);
  }

  private Span begin(KeptCall of) {
    Context parent =
        of.parent().isValid() ? Context.root().with(Span.wrap(of.parent())) : Context.root();
    ids.plan(of.traceId(), of.spanId());
    return tracer
        .spanBuilder("invoke_bedrock")
        .setParent(parent)
        .setSpanKind(SpanKind.SERVER)
        .setStartTimestamp(of.epoch(of.startedAtNanos()), TimeUnit.NANOSECONDS)
        .setAttribute(GenAiNames.OPERATION, GenAiNames.operation(of.operation()))
        .setAttribute(GenAiNames.PROVIDER, GenAiNames.BEDROCK)
        .setAttribute(GenAiNames.REQUEST_MODEL, of.model())
        .setAttribute(GenAiNames.REQUEST_STREAM, of.streaming())
        .setAttribute(GenAiNames.MODEL_ID, of.model())
        .setAttribute(ANNOTATIONS, INDEXED_OF_CALL)
        .setAttribute("aws.operation", of.operation())
        .setAttribute("route", of.route())
        .setAttribute("forebay.priority", of.priority())
        .setAttribute("forebay.planned_output_tokens", of.plannedOutputTokens())
        .setAttribute("forebay.attempts", of.tries().size())
        .setAttribute("forebay.waited_seconds", of.waitedNanos() / 1e9)
        .startSpan();
  }

  private Span begin(KeptCall of, KeptCall.Try one, Context inCall) {
    Place place = places.of(one.target());
    String model = model(of, one.target());
    String operation = GenAiNames.operation(of.operation());
    ids.plan(of.traceId(), one.spanId());
    SpanBuilder builder =
        tracer
            .spanBuilder(operation + " " + model)
            .setParent(inCall)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(of.epoch(one.atNanos()), TimeUnit.NANOSECONDS)
            .setAttribute(GenAiNames.OPERATION, operation)
            .setAttribute(GenAiNames.PROVIDER, GenAiNames.BEDROCK)
            .setAttribute(GenAiNames.REQUEST_MODEL, model)
            .setAttribute(GenAiNames.MODEL_ID, model)
            .setAttribute(ANNOTATIONS, INDEXED_OF_ATTEMPT)
            .setAttribute("target", one.target())
            .setAttribute("forebay.attempt", one.number())
            .setAttribute("forebay.source", one.source().label())
            .setAttribute("forebay.waited_seconds", one.waitedNanos() / 1e9);
    if (one.hedge()) {
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

  private String model(KeptCall of, String target) {
    String model = places.of(target).model();
    return model.equals("*") ? of.model() : model;
  }

  private void tell(KeptCall of, Moment moment, Span call, Map<Integer, Span> attempts) {
    long at = of.epoch(moment.atNanos());
    switch (moment) {
      case Moment.Sent m -> of(m.attempt(), attempts).addEvent("sent", at, TimeUnit.NANOSECONDS);
      case Moment.Responded m -> responded(of(m.attempt(), attempts), m);
      case Moment.ContentStarted m -> {
        Span attempt = of(m.attempt(), attempts);
        attempt.addEvent("first content", at, TimeUnit.NANOSECONDS);
        attempt.setAttribute(GenAiNames.TIME_TO_FIRST_CHUNK, m.afterNanos() / 1e9);
        double sinceStart = (m.atNanos() - of.startedAtNanos()) / 1e9;
        call.setAttribute(GenAiNames.TIME_TO_FIRST_CHUNK, sinceStart);
      }
      case Moment.AttemptEnded m -> {
        Span attempt = of(m.attempt(), attempts);
        ended(attempt, m);
        attempt.end(at, TimeUnit.NANOSECONDS);
      }
      case Moment.Waiting m -> {
        double seconds = (m.untilNanos() - m.atNanos()) / 1e9;
        call.addEvent(
            "waiting",
            Attributes.builder().put("seconds", seconds).put("why", m.why()).build(),
            at,
            TimeUnit.NANOSECONDS);
      }
      case Moment.Switched m ->
          call.addEvent(
              "fallback",
              Attributes.builder().put("tier", m.tier() + 1L).put("why", m.why()).build(),
              at,
              TimeUnit.NANOSECONDS);
      case Moment.Answered m -> answered(of, call, m, at);
      case Moment.Interrupted m -> {
        failed(call, m.fault(), 200);
        end(call, "interrupted", at);
      }
      case Moment.Refused m -> {
        call.setAttribute("forebay.why", m.why());
        failed(call, m.fault(), m.fault().status());
        end(call, "refused", at);
      }
      case Moment.Served m -> served(call, m, at);
      case Moment.CallerLeft m -> {
        call.setAttribute(GenAiNames.ERROR_TYPE, "cancelled");
        end(call, "cancelled", at);
      }
    }
  }

  private static Span of(int attempt, Map<Integer, Span> attempts) {
    return attempts.getOrDefault(attempt, Span.getInvalid());
  }

  private static void responded(Span attempt, Moment.Responded moment) {
    attempt.setAttribute(GenAiNames.STATUS_CODE, moment.status());
    String requestId = moment.requestId();
    if (requestId != null) {
      attempt.setAttribute(GenAiNames.AWS_REQUEST_ID, requestId);
    }
  }

  private static void ended(Span attempt, Moment.AttemptEnded moment) {
    attempt.setAttribute("outcome", moment.outcome());
    TokenUsage usage = moment.usage();
    Moment.Fault fault = moment.fault();
    if (usage != null) {
      tokens(attempt, usage);
    } else if (fault != null) {
      attempt.setAttribute(GenAiNames.ERROR_TYPE, fault.type());
      attempt.setStatus(StatusCode.ERROR, fault.label());
    } else {
      attempt.setAttribute(GenAiNames.ERROR_TYPE, "cancelled");
    }
  }

  private void answered(KeptCall of, Span call, Moment.Answered moment, long at) {
    call.setAttribute("target", moment.target());
    call.setAttribute(GenAiNames.RESPONSE_MODEL, model(of, moment.target()));
    call.setAttribute(GenAiNames.STATUS_CODE, 200);
    tokens(call, moment.usage());
    end(call, moment.source(), at);
  }

  private static void served(Span call, Moment.Served moment, long at) {
    Moment.Fault fault = moment.fault();
    if (fault != null) {
      call.setAttribute("forebay.why", String.valueOf(moment.why()));
      call.setAttribute(GenAiNames.ERROR_TYPE, fault.type());
    }
    call.setAttribute(GenAiNames.STATUS_CODE, 200);
    end(call, moment.source(), at);
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

  private static void failed(Span call, Moment.Fault fault, int status) {
    call.setAttribute(GenAiNames.ERROR_TYPE, fault.type());
    call.setAttribute(GenAiNames.STATUS_CODE, status);
    call.setStatus(StatusCode.ERROR, fault.label());
  }

  private static void end(Span call, String answer, long at) {
    call.setAttribute("answer", answer);
    call.end(at, TimeUnit.NANOSECONDS);
  }
}
