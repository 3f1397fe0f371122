package dev.forebay.telemetry.trace;

import dev.forebay.core.TokenUsage;
import dev.forebay.core.telemetry.GenAiNames;
import dev.forebay.core.telemetry.Place;
import dev.forebay.core.telemetry.Places;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of calls that have ended, for OpenTelemetry's exporters. Not thread-safe: one
 * thread makes all of them.
 */
final class SpanWriter {
  private static final AttributeKey<List<String>> ANNOTATIONS =
      AttributeKey.stringArrayKey(GenAiNames.XRAY_ANNOTATIONS);
  private static final List<String> INDEXED_OF_CALL =
      List.of(GenAiNames.MODEL_ID, "route", "answer", "target");
  private static final List<String> INDEXED_OF_ATTEMPT =
      List.of(GenAiNames.MODEL_ID, "target", "outcome");

  private static final AttributeKey<String> OPERATION = text(GenAiNames.OPERATION);
  private static final AttributeKey<String> PROVIDER = text(GenAiNames.PROVIDER);
  private static final AttributeKey<String> REQUEST_MODEL = text(GenAiNames.REQUEST_MODEL);
  private static final AttributeKey<Boolean> REQUEST_STREAM =
      AttributeKey.booleanKey(GenAiNames.REQUEST_STREAM);
  private static final AttributeKey<String> RESPONSE_MODEL = text(GenAiNames.RESPONSE_MODEL);
  private static final AttributeKey<Double> FIRST_CHUNK = real(GenAiNames.TIME_TO_FIRST_CHUNK);
  private static final AttributeKey<Long> INPUT = whole(GenAiNames.INPUT_TOKENS);
  private static final AttributeKey<Long> OUTPUT = whole(GenAiNames.OUTPUT_TOKENS);
  private static final AttributeKey<Long> CACHE_READ = whole(GenAiNames.CACHE_READ_TOKENS);
  private static final AttributeKey<Long> CACHE_WRITE = whole(GenAiNames.CACHE_WRITE_TOKENS);
  private static final AttributeKey<Long> TOKEN_COUNT = whole(GenAiNames.TOKEN_COUNT);
  private static final AttributeKey<String> METADATA = text(GenAiNames.XRAY_METADATA);
  private static final AttributeKey<String> ERROR_TYPE = text(GenAiNames.ERROR_TYPE);
  private static final AttributeKey<Long> STATUS_CODE = whole(GenAiNames.STATUS_CODE);
  private static final AttributeKey<String> SERVER_ADDRESS = text(GenAiNames.SERVER_ADDRESS);
  private static final AttributeKey<Long> SERVER_PORT = whole(GenAiNames.SERVER_PORT);
  private static final AttributeKey<String> REGION = text(GenAiNames.CLOUD_REGION);
  private static final AttributeKey<String> REQUEST_ID = text(GenAiNames.AWS_REQUEST_ID);
  private static final AttributeKey<String> MODEL_ID = text(GenAiNames.MODEL_ID);
  private static final AttributeKey<String> AWS_OPERATION = text("aws.operation");
  private static final AttributeKey<String> ROUTE = text("route");
  private static final AttributeKey<String> TARGET = text("target");
  private static final AttributeKey<String> ANSWER = text("answer");
  private static final AttributeKey<String> OUTCOME = text("outcome");
  private static final AttributeKey<String> PRIORITY = text("forebay.priority");
  private static final AttributeKey<Long> PLANNED = whole("forebay.planned_output_tokens");
  private static final AttributeKey<Long> ATTEMPTS = whole("forebay.attempts");
  private static final AttributeKey<Long> ATTEMPT = whole("forebay.attempt");
  private static final AttributeKey<Double> WAITED = real("forebay.waited_seconds");
  private static final AttributeKey<String> SOURCE = text("forebay.source");
  private static final AttributeKey<Boolean> HEDGE = AttributeKey.booleanKey("forebay.hedge");
  private static final AttributeKey<String> CALLS_WHY = text("forebay.why");
  private static final AttributeKey<String> WHY = text("why");
  private static final AttributeKey<Double> SECONDS = real("seconds");
  private static final AttributeKey<Long> TIER = whole("tier");

  private final Resource resource;
  private final Places places;

  SpanWriter(String version, Places places) {
    this.places = places;
    this.resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "forebay",
                        AttributeKey.stringKey("service.version"),
                        version)));
  }

  private static AttributeKey<String> text(String name) {
    return AttributeKey.stringKey(name);
  }

  private static AttributeKey<Long> whole(String name) {
    return AttributeKey.longKey(name);
  }

  private static AttributeKey<Double> real(String name) {
    return AttributeKey.doubleKey(name);
  }

  /** The call's span, and its attempts' in their order. */
  List<SpanData> spans(KeptCall of) {
    List<SpanData> made = new ArrayList<>(of.spans());
    // One whose end was more than there was room for ends with its call.
    long end = of.epoch(of.moments().getLast().atNanos());
    MadeSpan call = begin(of, end);
    made.add(call);
    List<MadeSpan> attempts = new ArrayList<>(of.tries().size());
    for (KeptCall.Try each : of.tries()) {
      MadeSpan attempt = begin(of, each, call.getSpanContext(), end);
      attempts.add(attempt);
      made.add(attempt);
    }
    for (SpanEvent moment : of.moments()) {
      tell(of, moment, call, attempts);
    }
    return made;
  }

  private static SpanContext context(KeptCall of, String spanId) {
    return SpanContext.create(
        of.traceId(), spanId, TraceFlags.getSampled(), of.parent().getTraceState());
  }

  private MadeSpan begin(KeptCall of, long end) {
    MadeSpan span =
        new MadeSpan(
            resource,
            "invoke_bedrock",
            SpanKind.SERVER,
            context(of, of.spanId()),
            of.parent(),
            of.epoch(of.startedAtNanos()),
            end);
    SpanAttributes attributes = span.attributes();
    attributes.put(OPERATION, GenAiNames.operation(of.operation()));
    attributes.put(PROVIDER, GenAiNames.BEDROCK);
    attributes.put(REQUEST_MODEL, of.model());
    attributes.put(REQUEST_STREAM, of.streaming());
    attributes.put(MODEL_ID, of.model());
    attributes.put(ANNOTATIONS, INDEXED_OF_CALL);
    attributes.put(AWS_OPERATION, of.operation());
    attributes.put(ROUTE, of.route());
    attributes.put(PRIORITY, of.priority());
    attributes.put(PLANNED, of.plannedOutputTokens());
    attributes.put(ATTEMPTS, of.tries().size());
    attributes.put(WAITED, of.waitedNanos() / 1e9);
    return span;
  }

  private MadeSpan begin(KeptCall of, KeptCall.Try one, SpanContext call, long end) {
    Place place = places.of(one.target());
    String model = model(of, place);
    String operation = GenAiNames.operation(of.operation());
    MadeSpan span =
        new MadeSpan(
            resource,
            operation + " " + model,
            SpanKind.CLIENT,
            context(of, one.spanId()),
            call,
            of.epoch(one.atNanos()),
            end);
    SpanAttributes attributes = span.attributes();
    attributes.put(OPERATION, operation);
    attributes.put(PROVIDER, GenAiNames.BEDROCK);
    attributes.put(REQUEST_MODEL, model);
    attributes.put(MODEL_ID, model);
    attributes.put(ANNOTATIONS, INDEXED_OF_ATTEMPT);
    attributes.put(TARGET, one.target());
    attributes.put(ATTEMPT, one.number());
    attributes.put(SOURCE, one.source().label());
    attributes.put(WAITED, one.waitedNanos() / 1e9);
    if (one.hedge()) {
      attributes.put(HEDGE, true);
    }
    if (!place.address().isEmpty()) {
      attributes.put(SERVER_ADDRESS, place.address());
      attributes.put(SERVER_PORT, place.port());
      attributes.put(REGION, place.region());
    }
    return span;
  }

  private static String model(KeptCall of, Place place) {
    return place.model().equals("*") ? of.model() : place.model();
  }

  private void tell(KeptCall of, SpanEvent moment, MadeSpan call, List<MadeSpan> attempts) {
    long at = of.epoch(moment.atNanos());
    switch (moment) {
      case SpanEvent.Sent m -> {
        MadeSpan attempt = of(m.attempt(), of, attempts);
        if (attempt != null) {
          attempt.happened("sent", at, Attributes.empty());
        }
      }
      case SpanEvent.Responded m -> responded(of(m.attempt(), of, attempts), m);
      case SpanEvent.ContentStarted m -> contentStarted(of, m, call, attempts);
      case SpanEvent.AttemptEnded m -> ended(of(m.attempt(), of, attempts), m, at);
      case SpanEvent.Waiting m -> {
        double seconds = (m.untilNanos() - m.atNanos()) / 1e9;
        call.happened("waiting", at, with(SECONDS, seconds, m.why()));
      }
      case SpanEvent.Switched m ->
          call.happened("fallback", at, with(TIER, m.tier() + 1L, m.why()));
      case SpanEvent.Answered m -> answered(of, call, m);
      case SpanEvent.Interrupted m -> {
        failed(call, m.fault(), 200);
        end(call, "interrupted");
      }
      case SpanEvent.Refused m -> {
        call.attributes().put(CALLS_WHY, m.why());
        failed(call, m.fault(), m.fault().status());
        end(call, "refused");
      }
      case SpanEvent.Served m -> served(call, m);
      case SpanEvent.CallerLeft m -> {
        call.attributes().put(ERROR_TYPE, "cancelled");
        end(call, "cancelled");
      }
    }
  }

  private static <T> Attributes with(AttributeKey<T> key, T value, String why) {
    SpanAttributes attributes = new SpanAttributes(2);
    attributes.put(key, value);
    attributes.put(WHY, why);
    return attributes;
  }

  /** Null for one whose start there was no room for. */
  private static @Nullable MadeSpan of(int number, KeptCall call, List<MadeSpan> attempts) {
    for (int i = 0; i < attempts.size(); i++) {
      if (call.tries().get(i).number() == number) {
        return attempts.get(i);
      }
    }
    return null;
  }

  private static void responded(@Nullable MadeSpan attempt, SpanEvent.Responded moment) {
    if (attempt == null) {
      return;
    }
    attempt.attributes().put(STATUS_CODE, moment.status());
    String requestId = moment.requestId();
    if (requestId != null) {
      attempt.attributes().put(REQUEST_ID, requestId);
    }
  }

  private static void contentStarted(
      KeptCall of, SpanEvent.ContentStarted moment, MadeSpan call, List<MadeSpan> attempts) {
    MadeSpan attempt = of(moment.attempt(), of, attempts);
    if (attempt != null) {
      attempt.happened("first content", of.epoch(moment.atNanos()), Attributes.empty());
      attempt.attributes().put(FIRST_CHUNK, moment.afterNanos() / 1e9);
    }
    call.attributes().put(FIRST_CHUNK, (moment.atNanos() - of.startedAtNanos()) / 1e9);
  }

  private static void ended(@Nullable MadeSpan attempt, SpanEvent.AttemptEnded moment, long at) {
    if (attempt == null) {
      return;
    }
    SpanAttributes attributes = attempt.attributes();
    attributes.put(OUTCOME, moment.outcome());
    TokenUsage usage = moment.usage();
    SpanEvent.Fault fault = moment.fault();
    if (usage != null) {
      tokens(attributes, usage);
    } else if (fault != null) {
      attributes.put(ERROR_TYPE, fault.type());
      attempt.failed(fault.label());
    } else {
      attributes.put(ERROR_TYPE, "cancelled");
    }
    attempt.ended(at);
  }

  private void answered(KeptCall of, MadeSpan call, SpanEvent.Answered moment) {
    SpanAttributes attributes = call.attributes();
    attributes.put(TARGET, moment.target());
    attributes.put(RESPONSE_MODEL, model(of, places.of(moment.target())));
    attributes.put(STATUS_CODE, 200);
    tokens(attributes, moment.usage());
    end(call, moment.source());
  }

  private static void served(MadeSpan call, SpanEvent.Served moment) {
    SpanEvent.Fault fault = moment.fault();
    if (fault != null) {
      call.attributes().put(CALLS_WHY, String.valueOf(moment.why()));
      call.attributes().put(ERROR_TYPE, fault.type());
    }
    call.attributes().put(STATUS_CODE, 200);
    end(call, moment.source());
  }

  private static void tokens(SpanAttributes attributes, TokenUsage usage) {
    attributes.put(INPUT, (long) usage.input() + usage.cacheRead() + usage.cacheWrite());
    attributes.put(OUTPUT, usage.output());
    attributes.put(CACHE_READ, usage.cacheRead());
    attributes.put(CACHE_WRITE, usage.cacheWrite());
    attributes.put(TOKEN_COUNT, usage.total());
    attributes.put(METADATA, "{\"" + GenAiNames.TOKEN_COUNT + "\":" + usage.total() + "}");
  }

  private static void failed(MadeSpan call, SpanEvent.Fault fault, int status) {
    call.attributes().put(ERROR_TYPE, fault.type());
    call.attributes().put(STATUS_CODE, status);
    call.failed(fault.label());
  }

  private static void end(MadeSpan call, String answer) {
    call.attributes().put(ANSWER, answer);
  }
}
