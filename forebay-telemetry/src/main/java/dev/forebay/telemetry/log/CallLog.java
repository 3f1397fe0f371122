package dev.forebay.telemetry.log;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyView;
import dev.forebay.telemetry.Unusual;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for a call, at info: for each that had an error, a retry, a fallback or a degraded
 * answer, or that its caller abandoned, up to a number per second, and for one in so many of the
 * others. It says who was asked, who answered, how often, how long and why; of requests and answers
 * it says nothing. Thread-safe.
 */
public final class CallLog implements JourneyListener {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Logger log;
  private final double sample;
  private final int mostPerSecond;
  private final AtomicLong usual = new AtomicLong();
  private final AtomicLong suppressed = new AtomicLong();
  private final AtomicLong second = new AtomicLong();
  private final AtomicLong inSecond = new AtomicLong();

  /**
   * A log of calls.
   *
   * @param sample the share of usual calls that get a line, 0 to 1
   * @param mostPerSecond the most lines a second, so that a storm of errors does not fill the disk
   */
  public CallLog(double sample, int mostPerSecond) {
    this(LoggerFactory.getLogger("dev.forebay.call"), sample, mostPerSecond);
  }

  CallLog(Logger log, double sample, int mostPerSecond) {
    this.log = log;
    this.sample = sample;
    this.mostPerSecond = mostPerSecond;
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    switch (event) {
      case JourneyEvent.Answered e -> ended(journey, e, e.answer().source().label(), null);
      case JourneyEvent.Interrupted e -> ended(journey, e, "interrupted", null);
      case JourneyEvent.Refused e -> ended(journey, e, "refused", e.refusal());
      case JourneyEvent.Served e -> ended(journey, e, e.source().label(), e.instead());
      case JourneyEvent.CallerLeft e -> ended(journey, e, "cancelled", null);
      case JourneyEvent.AttemptStarted e -> {}
      case JourneyEvent.Sent e -> {}
      case JourneyEvent.Responded e -> {}
      case JourneyEvent.Flawed e -> {}
      case JourneyEvent.ContentStarted e -> {}
      case JourneyEvent.AttemptEnded e -> {}
      case JourneyEvent.Waiting e -> {}
      case JourneyEvent.Switched e -> {}
    }
  }

  private void ended(
      JourneyView journey, JourneyEvent event, String answer, Step.@Nullable Refuse refusal) {
    boolean abandoned = event instanceof JourneyEvent.CallerLeft;
    if (!log.isInfoEnabled() || !(abandoned || Unusual.is(journey, event) || isSampled())) {
      return;
    }
    if (!hasRoom(event.atNanos())) {
      suppressed.incrementAndGet();
      return;
    }
    say(journey, event, answer, refusal);
  }

  /** So that after any number of usual calls that share of them is logged. */
  private boolean isSampled() {
    long nth = usual.incrementAndGet();
    return Math.floor(nth * sample) > Math.floor((nth - 1) * sample);
  }

  private boolean hasRoom(long nowNanos) {
    long now = Math.floorDiv(nowNanos, SECOND_NANOS);
    long last = second.get();
    if (last != now && second.compareAndSet(last, now)) {
      inSecond.set(0);
    }
    return inSecond.incrementAndGet() <= mostPerSecond;
  }

  private void say(
      JourneyView journey, JourneyEvent event, String answer, Step.@Nullable Refuse refusal) {
    LoggingEventBuilder line =
        log.atInfo()
            .addKeyValue("route", journey.route().name())
            .addKeyValue("answer", answer)
            .addKeyValue("attempts", journey.attempts())
            .addKeyValue("seconds", seconds(event.atNanos() - journey.startedAtNanos()))
            .addKeyValue("waited", seconds(journey.waitedNanos()));
    if (event instanceof JourneyEvent.Answered answered) {
      TokenUsage used = answered.usage();
      line =
          line.addKeyValue("target", answered.answer().target().name())
              .addKeyValue("inputTokens", used.input() + used.cacheRead() + used.cacheWrite())
              .addKeyValue("outputTokens", used.output());
    }
    ErrorInfo error = error(journey, event, refusal);
    if (error != null) {
      line = line.addKeyValue("error", error.label());
    }
    if (refusal != null) {
      line = line.addKeyValue("why", refusal.why());
    }
    String trace = journey.trace().keptId();
    if (trace != null) {
      line = line.addKeyValue("trace", trace);
    }
    long left = suppressed.getAndSet(0);
    if (left > 0) {
      line = line.addKeyValue("suppressed", left);
    }
    line.log("call");
  }

  private static @Nullable ErrorInfo error(
      JourneyView journey, JourneyEvent event, Step.@Nullable Refuse refusal) {
    if (refusal != null) {
      return refusal.error();
    }
    if (event instanceof JourneyEvent.Interrupted broken) {
      return broken.outcome().error();
    }
    Outcome.Failure last = journey.lastFailure();
    return last == null ? null : last.error();
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
  }
}
