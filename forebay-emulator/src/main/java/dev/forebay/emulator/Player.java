package dev.forebay.emulator;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;

/** Plays a script on the wire: each act at its time, and no faster than the client reads. */
final class Player {
  private final Script script;
  private final Wire wire;
  private final Vertx vertx;
  private final Timeline timeline;
  private final Stage stage;
  private final Duration begun;
  private int next;
  private int tokens;
  private long timer = -1;
  private boolean stopped;

  Player(Script script, Wire wire, Vertx vertx, Timeline timeline, Stage stage) {
    this.script = script;
    this.wire = wire;
    this.vertx = vertx;
    this.timeline = timeline;
    this.stage = stage;
    this.begun = timeline.running();
  }

  /** Receives the steps of the play. */
  interface Stage {
    /** A status has been sent. */
    void sent(int status);

    /** The last act is over; silent if the client is left waiting. */
    void played(boolean silent);
  }

  /** Emulated time since the play began. */
  Duration elapsed() {
    return timeline.running().minus(begun);
  }

  /** Tokens that have been sent. */
  int tokens() {
    return tokens;
  }

  void stop() {
    stopped = true;
    vertx.cancelTimer(timer);
  }

  void play() {
    List<Script.Step> steps = script.steps();
    while (!stopped && next < steps.size()) {
      Script.Step step = steps.get(next);
      Duration wait = step.at().minus(elapsed());
      if (wait.isPositive()) {
        timer = vertx.setTimer(timeline.timerMillis(wait), fired -> play());
        return;
      }
      if (!(step.act() instanceof WireAction.Whole) && wire.full()) {
        wire.onDrain(this::play);
        return;
      }
      next++;
      tokens = step.tokens();
      perform(step.act());
    }
    if (!stopped) {
      stopped = true;
      stage.played(steps.isEmpty() || !steps.getLast().act().last());
    }
  }

  private void perform(WireAction act) {
    switch (act) {
      case WireAction.Head head -> {
        stage.sent(head.status());
        wire.head(head.status(), head.headers());
      }
      case WireAction.Whole whole -> {
        stage.sent(whole.status());
        wire.whole(whole.status(), whole.headers(), whole.body());
      }
      case WireAction.Frame frame -> wire.write(bytes(frame));
      case WireAction.Bytes bytes -> wire.write(bytes.bytes());
      case WireAction.Raw raw -> wire.raw(raw.bytes());
      case WireAction.End end -> wire.end();
      case WireAction.Close close -> wire.close();
      case WireAction.Abort abort -> wire.abort();
    }
  }

  private static Buffer bytes(WireAction.Frame frame) {
    Buffer whole = frame.event().frame();
    return switch (frame.form()) {
      case WHOLE -> whole;
      case HALF -> whole.slice(0, whole.length() / 2);
      case MALFORMED -> frame.event().malformedFrame();
    };
  }
}
