package dev.forebay.telemetry.trace;

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
final class MadeSpan implements SpanData {
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
  private final SpanAttributes attributes = new SpanAttributes(ATTRIBUTES);
  private final List<EventData> events = new ArrayList<>(2);
  private StatusData status = StatusData.unset();
  private long endEpochNanos;

  /**
   * A span yet to be completed.
   *
   * @param parent invalid if there is none
   * @param endEpochNanos unless it is said to have ended before
   */
  MadeSpan(
      Resource resource,
      String name,
      SpanKind kind,
      SpanContext context,
      SpanContext parent,
      long startEpochNanos,
      long endEpochNanos) {
    this.resource = resource;
    this.name = name;
    this.kind = kind;
    this.context = context;
    this.parent = parent;
    this.startEpochNanos = startEpochNanos;
    this.endEpochNanos = endEpochNanos;
  }

  /** For those who make it. */
  SpanAttributes attributes() {
    return attributes;
  }

  void happened(String event, long epochNanos, Attributes with) {
    events.add(EventData.create(epochNanos, event, with));
  }

  void failed(String why) {
    status = StatusData.create(StatusCode.ERROR, why);
  }

  void ended(long epochNanos) {
    endEpochNanos = epochNanos;
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
