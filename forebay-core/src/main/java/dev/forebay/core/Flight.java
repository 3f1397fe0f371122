package dev.forebay.core;

/**
 * One attempt under way.
 *
 * @param permit what it holds of its target
 */
record Flight(Step.Attempt attempt, Permit permit) {
  Target target() {
    return attempt.target();
  }
}
