package dev.forebay.client.opentelemetry;

import dev.forebay.core.telemetry.SpanSink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.List;

/**
 * A span under way, which is written to as things happen: its times are the tracer's own. To end it
 * twice has no effect.
 */
final class LiveSpan implements SpanSink {
  private final Span span;
  private final Context context;

  LiveSpan(Span span, Context parent) {
    this.span = span;
    this.context = parent.with(span);
  }

  SpanContext context() {
    return span.getSpanContext();
  }

  /** For its children. */
  Context inContext() {
    return context;
  }

  @Override
  public void put(String key, String value) {
    span.setAttribute(key, value);
  }

  @Override
  public void put(String key, long value) {
    span.setAttribute(key, value);
  }

  @Override
  public void put(String key, double value) {
    span.setAttribute(key, value);
  }

  @Override
  public void put(String key, boolean value) {
    span.setAttribute(key, value);
  }

  @Override
  public void put(String key, List<String> values) {
    span.setAttribute(AttributeKey.stringArrayKey(key), values);
  }

  @Override
  public void happened(String event, long atNanos) {
    span.addEvent(event);
  }

  @Override
  public void happened(String event, long atNanos, String key, Number value, String why) {
    AttributesBuilder with = Attributes.builder().put("why", why);
    if (value instanceof Long whole) {
      with.put(key, whole);
    } else {
      with.put(key, value.doubleValue());
    }
    span.addEvent(event, with.build());
  }

  @Override
  public void failed(String why) {
    span.setStatus(StatusCode.ERROR, why);
  }

  @Override
  public void ended(long atNanos) {
    span.end();
  }
}
