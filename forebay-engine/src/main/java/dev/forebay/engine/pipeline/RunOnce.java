package dev.forebay.engine.pipeline;

/** Runs an action the first time it is run itself, and never again. Not thread-safe. */
final class RunOnce implements Runnable {
  private final Runnable action;
  private boolean done;

  RunOnce(Runnable action) {
    this.action = action;
  }

  @Override
  public void run() {
    if (!done) {
      done = true;
      action.run();
    }
  }
}
