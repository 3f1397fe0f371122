package dev.forebay.gateway.live;

import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.event.JourneyTrail;
import dev.forebay.core.event.JourneyView;

/** Counts one call, and keeps how it went until it has ended. Not thread-safe. */
final class CallWatch implements JourneyListener {
  private final LiveView view;
  private final JourneyTrail trail = new JourneyTrail();
  private boolean contentStarted;

  CallWatch(LiveView view) {
    this.view = view;
  }

  @Override
  public void on(JourneyView journey, JourneyEvent event) {
    trail.on(journey, event);
    switch (event) {
      case JourneyEvent.AttemptStarted e -> view.target(e.attempt().target()).attemptStarted();
      case JourneyEvent.ContentStarted e -> {
        contentStarted = true;
        view.target(e.attempt().target()).contentStarted(e.afterNanos());
        view.contentStarted(e.atNanos() - journey.startedAtNanos());
      }
      case JourneyEvent.AttemptEnded e -> {
        view.target(e.attempt().target()).attemptEnded(e);
        if (journey.isForeignRefusal(e.attempt().target(), e.outcome())) {
          view.refusedByFallback(journey, e);
        }
      }
      case JourneyEvent.Flawed e -> {}
      case JourneyEvent.Sent e -> {}
      case JourneyEvent.Responded e -> {}
      case JourneyEvent.Waiting e -> {}
      case JourneyEvent.Switched e -> {}
      case JourneyEvent.Answered e -> ended(journey, e);
      case JourneyEvent.Interrupted e -> ended(journey, e);
      case JourneyEvent.Served e -> ended(journey, e);
      case JourneyEvent.Refused e -> ended(journey, e);
      case JourneyEvent.CallerLeft e -> {
        if (!contentStarted) {
          view.leftEarly(journey, e);
        }
        ended(journey, e);
      }
    }
  }

  private void ended(JourneyView journey, JourneyEvent event) {
    Disposition disposition = Disposition.endedBy(event);
    if (disposition != null) {
      view.ended(journey, disposition, event.atNanos() - journey.startedAtNanos(), trail);
    }
  }
}
