package dev.forebay.telemetry.trace;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * AWS's own way to name a trace: {@code Root=1-5759e988-bd862e3fe1be46a994272793;
 * Parent=53995c3f42cd8ad8;Sampled=1}. <a
 * href="https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader">Source</a>.
 */
final class XrayHeader {
  static final String NAME = "x-amzn-trace-id";

  private static final int LONGEST = 512;
  private static final int TIME_DIGITS = 8;
  private static final Pattern ROOT =
      Pattern.compile("(?:^|;)\\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})\\s*(?:;|$)");
  private static final Pattern PARENT =
      Pattern.compile("(?:^|;)\\s*Parent=([0-9a-f]{16})\\s*(?:;|$)");
  private static final Pattern SAMPLED = Pattern.compile("(?:^|;)\\s*Sampled=1\\s*(?:;|$)");

  private XrayHeader() {}

  /** The span that it names; an invalid one if it names none. */
  static SpanContext read(String header) {
    if (header.length() > LONGEST) {
      return SpanContext.getInvalid();
    }
    Matcher root = ROOT.matcher(header);
    Matcher parent = PARENT.matcher(header);
    return root.find() && parent.find()
        ? SpanContext.createFromRemoteParent(
            root.group(1) + root.group(2),
            parent.group(1),
            SAMPLED.matcher(header).find() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
            TraceState.getDefault())
        : SpanContext.getInvalid();
  }

  static String write(String traceId, String spanId, boolean sampled) {
    return "Root=1-"
        + traceId.substring(0, TIME_DIGITS)
        + '-'
        + traceId.substring(TIME_DIGITS)
        + ";Parent="
        + spanId
        + (sampled ? ";Sampled=1" : ";Sampled=0");
  }
}
