package dev.forebay.engine.pipeline;

/** Runs an action the first time it is run itself, and never again. Not thread-safe. */
final class OnceOnly implements Runnable {
  private final Runnable action;
  private boolean done;

  OnceOnly(Runnable action) {
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
