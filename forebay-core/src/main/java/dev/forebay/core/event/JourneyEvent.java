package dev.forebay.core.event;

import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Step;
import dev.forebay.core.TokenUsage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened on a journey, with its reason. It carries no content of requests and
 * answers, and of errors only status and name.
 */
public sealed interface JourneyEvent {
  /** When, in the ticker's nanoseconds. */
  long atNanos();

  /** The event in words. */
  String text();

  /**
   * A request is sent.
   *
   * @param hedge whether another attempt of the call is under way already
   */
  record AttemptStarted(long atNanos, Step.Attempt attempt, Step.Source source, boolean hedge)
      implements JourneyEvent {
    @Override
    public String text() {
      return "attempt %d on %s (%s%s), first frame within %s"
          .formatted(
              attempt.number(),
              attempt.target().name(),
              source.label(),
              hedge ? ", hedge" : "",
              seconds(attempt.firstFrameByNanos() - atNanos));
    }
  }

  /**
   * The attempt's request is on its way, signed and with a connection to its target.
   *
   * @param adapted what was changed in it for the target's model; empty if nothing was
   */
  record Sent(long atNanos, Step.Attempt attempt, String adapted) implements JourneyEvent {
    @Override
    public String text() {
      return "attempt %d: sent%s"
          .formatted(attempt.number(), adapted.isEmpty() ? "" : ", adapted: " + adapted);
    }
  }

  /**
   * The target began to reply, be it with an answer or an error.
   *
   * @param requestId the service's own name for the request; null if it gave none
   */
  record Responded(long atNanos, Step.Attempt attempt, int status, @Nullable String requestId)
      implements JourneyEvent {
    @Override
    public String text() {
      return "attempt %d: status %d".formatted(attempt.number(), status);
    }
  }

  /** The first content came: from here on no other target can take over. */
  record ContentStarted(long atNanos, Step.Attempt attempt, long afterNanos)
      implements JourneyEvent {
    @Override
    public String text() {
      return "attempt %d: first content after %s".formatted(attempt.number(), seconds(afterNanos));
    }
  }

  /** The attempt's answer came whole, and has a flaw. Its end says whether it is accepted. */
  record Flawed(long atNanos, Step.Attempt attempt, Flaw flaw) implements JourneyEvent {
    @Override
    public String text() {
      return "attempt %d: an unusable answer (%s)".formatted(attempt.number(), flaw.label());
    }
  }

  record AttemptEnded(long atNanos, Step.Attempt attempt, Outcome outcome, long tookNanos)
      implements JourneyEvent {
    @Override
    public String text() {
      return "attempt %d %s%s after %s"
          .formatted(
              attempt.number(),
              outcome.label(),
              outcome instanceof Outcome.Failure f ? " (" + f.error().label() + ")" : "",
              seconds(tookNanos));
    }
  }

  record Waiting(long atNanos, long untilNanos, String why) implements JourneyEvent {
    @Override
    public String text() {
      return "wait %s: %s".formatted(seconds(untilNanos - atNanos), why);
    }
  }

  /** The call turned to the next tier. */
  record Switched(long atNanos, int tier, String why) implements JourneyEvent {
    @Override
    public String text() {
      return "fall back to tier %d: %s".formatted(tier + 1, why);
    }
  }

  record Answered(long atNanos, Step.Answer answer, TokenUsage usage) implements JourneyEvent {
    @Override
    public String text() {
      return "answered by %s (%s) in %d attempt%s"
          .formatted(
              answer.target().name(),
              answer.source().label(),
              answer.attempts(),
              answer.attempts() == 1 ? "" : "s");
    }
  }

  record Interrupted(long atNanos, Outcome.Interrupted outcome) implements JourneyEvent {
    @Override
    public String text() {
      return "broke off after content (%s)".formatted(outcome.error().label());
    }
  }

  record Refused(long atNanos, Step.Refuse refusal) implements JourneyEvent {
    @Override
    public String text() {
      return "refused with %s: %s".formatted(refusal.error().label(), refusal.why());
    }
  }

  /**
   * The caller got an answer that no attempt of this journey made.
   *
   * @param instead the error that it would have got otherwise; null if nothing went wrong
   */
  record Served(long atNanos, Step.Source source, Step.@Nullable Refuse instead)
      implements JourneyEvent {
    @Override
    public String text() {
      return instead == null
          ? "served (%s)".formatted(source.label())
          : "served (%s) in place of %s: %s"
              .formatted(source.label(), instead.error().label(), instead.why());
    }
  }

  record CallerLeft(long atNanos) implements JourneyEvent {
    @Override
    public String text() {
      return "the caller left";
    }
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
  }
}
