package dev.forebay.telemetry.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans, and answers as its test sets it. */
class HeldExporter implements SpanExporter {
  private final List<SpanData> spans = new CopyOnWriteArrayList<>();
  private final CompletableResultCode answer;

  /** One that takes everything at once. */
  HeldExporter() {
    this(CompletableResultCode.ofSuccess());
  }

  /** One that answers so, now or later. */
  HeldExporter(CompletableResultCode answer) {
    this.answer = answer;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> batch) {
    spans.addAll(batch);
    return answer;
  }

  List<SpanData> spans() {
    return spans;
  }

  /** The spans of calls, without their attempts. */
  List<SpanData> calls() {
    return spans.stream().filter(span -> span.getName().equals("invoke_bedrock")).toList();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
