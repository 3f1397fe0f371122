package dev.forebay.telemetry.trace;

import java.util.HexFormat;

/**
 * A share of all traces. The last digits of a trace's id decide whether it belongs to it, so that
 * all who see the trace decide the same.
 */
final class TraceShare {
  private static final int DECIDING_DIGITS = 14;
  private static final double RANGE = 0x1p56;

  private final boolean whole;

  /** The first number that does not belong to it, in digits. */
  private final String end;

  /**
   * Such a share.
   *
   * @param share 0 to 1
   */
  TraceShare(double share) {
    whole = share >= 1;
    end = HexFormat.of().toHexDigits((long) Math.ceil(share * RANGE), DECIDING_DIGITS);
  }

  /** Whether it has the trace. Mostly the first two digits decide. */
  boolean has(String traceId) {
    int offset = traceId.length() - DECIDING_DIGITS;
    for (int i = 0; i < DECIDING_DIGITS; i++) {
      int above = traceId.charAt(offset + i) - end.charAt(i);
      if (above != 0) {
        return whole || above < 0;
      }
    }
    return whole;
  }
}
