package dev.forebay.simulator;

import dev.forebay.core.journey.Journeys;

/** One gateway: what it remembers from call to call, and how many calls it has. */
final class SimulatedGateway {
  final Journeys journeys = new Journeys();
  private int calls;

  void begins() {
    calls++;
  }

  void ends() {
    calls--;
  }

  boolean isIdle() {
    return calls == 0;
  }
}
