package dev.forebay.telemetry.trace;

import dev.forebay.core.telemetry.SpanSink;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;

/**
 * A span of a call that has ended, as exporters read it. OpenTelemetry's own is made for work that
 * is under way, in several threads, which costs three times as much. It is complete before another
 * thread reads it.
 */
final class MadeSpan implements SpanData, SpanSink {
  private static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.create("dev.forebay");

  /** As many as an answered call has. */
  private static final int ATTRIBUTES = 24;

  private final Resource resource;
  private final String name;
  private final SpanKind kind;
  private final SpanContext context;
  private final SpanContext parent;
  private final long startEpochNanos;
  private final long epochOffset;
  private final SpanAttributes attributes = new SpanAttributes(ATTRIBUTES);
  private final List<EventData> events = new ArrayList<>(2);
  private StatusData status = StatusData.unset();
  private long endEpochNanos;

  /**
   * A span yet to be completed.
   *
   * @param parent invalid if there is none
   * @param endEpochNanos unless it is said to have ended before
   * @param epochOffset what makes a time of the journey a time of day
   */
  MadeSpan(
      Resource resource,
      String name,
      SpanKind kind,
      SpanContext context,
      SpanContext parent,
      long startEpochNanos,
      long endEpochNanos,
      long epochOffset) {
    this.resource = resource;
    this.name = name;
    this.kind = kind;
    this.context = context;
    this.parent = parent;
    this.startEpochNanos = startEpochNanos;
    this.endEpochNanos = endEpochNanos;
    this.epochOffset = epochOffset;
  }

  @Override
  public void put(String key, String value) {
    attributes.put(SpanKeys.text(key), value);
  }

  @Override
  public void put(String key, long value) {
    attributes.put(SpanKeys.whole(key), value);
  }

  @Override
  public void put(String key, double value) {
    attributes.put(SpanKeys.real(key), value);
  }

  @Override
  public void put(String key, boolean value) {
    attributes.put(SpanKeys.flag(key), value);
  }

  @Override
  public void put(String key, List<String> values) {
    attributes.put(SpanKeys.texts(key), values);
  }

  @Override
  public void happened(String event, long atNanos) {
    events.add(EventData.create(atNanos + epochOffset, event, Attributes.empty()));
  }

  @Override
  public void happened(String event, long atNanos, String key, Number value, String why) {
    SpanAttributes with = new SpanAttributes(2);
    if (value instanceof Long whole) {
      with.put(SpanKeys.whole(key), whole);
    } else {
      with.put(SpanKeys.real(key), value.doubleValue());
    }
    with.put(SpanKeys.text("why"), why);
    events.add(EventData.create(atNanos + epochOffset, event, with));
  }

  @Override
  public void failed(String why) {
    status = StatusData.create(StatusCode.ERROR, why);
  }

  @Override
  public void ended(long atNanos) {
    endEpochNanos = atNanos + epochOffset;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public SpanKind getKind() {
    return kind;
  }

  @Override
  public SpanContext getSpanContext() {
    return context;
  }

  @Override
  public SpanContext getParentSpanContext() {
    return parent;
  }

  @Override
  public StatusData getStatus() {
    return status;
  }

  @Override
  public long getStartEpochNanos() {
    return startEpochNanos;
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public List<EventData> getEvents() {
    return events;
  }

  @Override
  public List<LinkData> getLinks() {
    return List.of();
  }

  @Override
  public long getEndEpochNanos() {
    return endEpochNanos;
  }

  @Override
  public boolean hasEnded() {
    return true;
  }

  @Override
  public int getTotalRecordedEvents() {
    return events.size();
  }

  @Override
  public int getTotalRecordedLinks() {
    return 0;
  }

  @Override
  public int getTotalAttributeCount() {
    return attributes.size();
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return SCOPE;
  }

  @Override
  @Deprecated // by the interface, which wants it all the same
  public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(SCOPE.getName(), null);
  }

  @Override
  public Resource getResource() {
    return resource;
  }

  @Override
  public String toString() {
    return "%s %s of %s, %s, %s, %s".formatted(name, context, parent, status, attributes, events);
  }
}
