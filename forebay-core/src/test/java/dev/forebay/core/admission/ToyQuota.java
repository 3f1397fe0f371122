package dev.forebay.core.admission;

import java.util.ArrayDeque;

/** A service that admits so many tokens a minute, in one of the ways it might count them. */
final class ToyQuota {
  enum Kind {
    /** The sum since the full minute. */
    FIXED_WINDOW,
    /** The sum of the last 60 seconds. */
    SLIDING_WINDOW,
    /** Refilled steadily, holds a minute's worth. */
    BUCKET
  }

  private record Admitted(double at, double tokens) {}

  private final Kind kind;
  private double perMinute;
  private final ArrayDeque<Admitted> lastMinute = new ArrayDeque<>();
  private double sum;
  private double level;
  private double filledAt;
  private long window = -1;

  ToyQuota(Kind kind, double perMinute) {
    this.kind = kind;
    this.perMinute = perMinute;
    this.level = perMinute;
  }

  void change(double tokensPerMinute) {
    perMinute = tokensPerMinute;
  }

  double perMinute() {
    return perMinute;
  }

  boolean admits(double tokens, double seconds) {
    return switch (kind) {
      case FIXED_WINDOW -> fixed(tokens, seconds);
      case SLIDING_WINDOW -> sliding(tokens, seconds);
      case BUCKET -> bucket(tokens, seconds);
    };
  }

  private boolean fixed(double tokens, double seconds) {
    long now = (long) ((seconds + 17) / 60);
    if (now != window) {
      window = now;
      sum = 0;
    }
    if (sum + tokens > perMinute) {
      return false;
    }
    sum += tokens;
    return true;
  }

  private boolean sliding(double tokens, double seconds) {
    while (!lastMinute.isEmpty() && lastMinute.getFirst().at <= seconds - 60) {
      sum -= lastMinute.removeFirst().tokens;
    }
    if (sum + tokens > perMinute) {
      return false;
    }
    sum += tokens;
    lastMinute.add(new Admitted(seconds, tokens));
    return true;
  }

  private boolean bucket(double tokens, double seconds) {
    level = Math.min(perMinute, level + perMinute / 60 * (seconds - filledAt));
    filledAt = seconds;
    if (level < tokens) {
      return false;
    }
    level -= tokens;
    return true;
  }
}
