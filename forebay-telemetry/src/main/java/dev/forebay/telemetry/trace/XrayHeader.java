package dev.forebay.telemetry.trace;

import dev.forebay.telemetry.trace.CallersTrace.Decision;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * AWS's own way to name a trace: {@code Root=1-5759e988-bd862e3fe1be46a994272793;
 * Parent=53995c3f42cd8ad8;Sampled=1}. Load balancers send the root alone, and who wants the next
 * one to decide sends {@code Sampled=?} or nothing. <a
 * href="https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader">Source</a>.
 */
final class XrayHeader {
  private static final int LONGEST = 512;
  private static final Pattern ROOT =
      Pattern.compile("(?:^|;)\\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})\\s*(?:;|$)");
  private static final Pattern PARENT =
      Pattern.compile("(?:^|;)\\s*Parent=([0-9a-f]{16})\\s*(?:;|$)");
  private static final Pattern SAMPLED = Pattern.compile("(?:^|;)\\s*Sampled=([01])\\s*(?:;|$)");

  private XrayHeader() {}

  /** The trace that it names. */
  static CallersTrace read(String header) {
    Matcher root = ROOT.matcher(header);
    if (header.length() > LONGEST || !root.find()) {
      return CallersTrace.NONE;
    }
    String traceId = root.group(1) + root.group(2);
    if (!TraceId.isValid(traceId)) {
      return CallersTrace.NONE;
    }
    Decision decision = decision(header);
    Matcher parent = PARENT.matcher(header);
    return new CallersTrace(
        traceId,
        parent.find() ? span(traceId, parent.group(1), decision) : SpanContext.getInvalid(),
        decision);
  }

  private static Decision decision(String header) {
    Matcher sampled = SAMPLED.matcher(header);
    if (!sampled.find()) {
      return Decision.LEFT_TO_US;
    }
    return sampled.group(1).equals("1") ? Decision.KEEP : Decision.DROP;
  }

  private static SpanContext span(String traceId, String spanId, Decision decision) {
    TraceFlags flags =
        decision == Decision.KEEP ? TraceFlags.getSampled() : TraceFlags.getDefault();
    return SpanContext.createFromRemoteParent(traceId, spanId, flags, TraceState.getDefault());
  }
}
