package dev.forebay.core.telemetry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TraceHeaders#XRAY} names: {@code Root=1-5759e988-bd862e3fe1be46a994272793;
 * Parent=53995c3f42cd8ad8;Sampled=1}. Load balancers send the root alone. {@code Sampled=?} or
 * nothing leaves the decision to the receiver. <a
 * href="https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader">Source</a>.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 of them; empty if the header names no parent
 * @param sampled null if the header leaves it open
 */
public record XrayTrace(String traceId, String spanId, @Nullable Boolean sampled) {
  private static final int LONGEST = 512;
  private static final Pattern ROOT =
      Pattern.compile("(?:^|;)\\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})\\s*(?:;|$)");
  private static final Pattern PARENT =
      Pattern.compile("(?:^|;)\\s*Parent=([0-9a-f]{16})\\s*(?:;|$)");
  private static final Pattern SAMPLED = Pattern.compile("(?:^|;)\\s*Sampled=([01])\\s*(?:;|$)");
  private static final Pattern ZEROS = Pattern.compile("0+");

  /** The trace of a header; null if it names none. */
  public static @Nullable XrayTrace read(String header) {
    Matcher root = ROOT.matcher(header);
    if (header.length() > LONGEST || !root.find()) {
      return null;
    }
    String traceId = root.group(1) + root.group(2);
    if (ZEROS.matcher(traceId).matches()) {
      return null;
    }
    Matcher parent = PARENT.matcher(header);
    Matcher sampled = SAMPLED.matcher(header);
    return new XrayTrace(
        traceId,
        parent.find() && !ZEROS.matcher(parent.group(1)).matches() ? parent.group(1) : "",
        sampled.find() ? sampled.group(1).equals("1") : null);
  }
}
