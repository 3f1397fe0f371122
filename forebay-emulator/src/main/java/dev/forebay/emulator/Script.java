package dev.forebay.emulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that will happen to one request, decided before any of it happens. A script without a
 * last act leaves the client waiting.
 *
 * @param outcome what the request log says once it is played: {@code ok}, an exception or a fault
 * @param streams whether it answers with an event stream
 */
record Script(List<Step> steps, String outcome, boolean streams) {
  static final String OK = "ok";

  /**
   * An act and its time.
   *
   * @param at emulated time since the request was complete
   * @param tokens tokens that the caller has been sent once it is done
   */
  record Step(Duration at, WireAction act, int tokens) {}

  static Script of(Duration at, String outcome, WireAction... acts) {
    List<Step> steps = new ArrayList<>();
    for (WireAction act : acts) {
      steps.add(new Step(at, act, 0));
    }
    return new Script(steps, outcome, false);
  }

  /** The index of the event that comes after that many, or of what comes after all events. */
  int indexAfterEvents(int events) {
    int seen = 0;
    for (int i = 1; i < steps.size(); i++) {
      if (seen == events || !(steps.get(i).act() instanceof WireAction.Frame)) {
        return i;
      }
      seen++;
    }
    return steps.size();
  }

  /** The same up to an index, then these acts at the time of the step that stood there. */
  Script endingAt(int index, String newOutcome, List<WireAction> acts) {
    List<Step> kept = new ArrayList<>(steps.subList(0, index));
    int tokens = (kept.isEmpty() ? steps : kept).getLast().tokens();
    Duration at = steps.get(Math.min(index, steps.size() - 1)).at();
    acts.forEach(act -> kept.add(new Step(at, act, tokens)));
    return new Script(kept, newOutcome, streams);
  }
}
