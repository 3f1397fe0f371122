package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What became of the calls of one route. Counting is lock-free; the rest is the sampler's. */
final class RouteTraffic {
  static final int SECONDS = 60;

  /** Of one kind, in a second: a burst of refusals must not push out all else. */
  private static final int KEPT_EACH_SECOND = 1;

  private static final Disposition[] RUNGS = Disposition.values();

  private final Meter rungs = new Meter(RUNGS.length, SECONDS, 1);
  private final AtomicIntegerArray room = new AtomicIntegerArray(RUNGS.length);

  RouteTraffic() {
    makeRoom();
  }

  void ended(Disposition rung) {
    rungs.add(rung.index(), 1);
  }

  /** Whether one more call that ended so is to be kept in this second. */
  boolean takeRoom(Disposition rung) {
    return room.get(rung.index()) > 0 && room.decrementAndGet(rung.index()) >= 0;
  }

  void tick() {
    rungs.tick();
    makeRoom();
  }

  private void makeRoom() {
    for (int i = 0; i < RUNGS.length; i++) {
      room.set(i, KEPT_EACH_SECOND);
    }
  }

  long lately(Disposition rung, int seconds) {
    return rungs.lately(rung.index(), seconds);
  }

  /** All calls that ended, but those whose callers left. */
  long judged(int seconds) {
    long sum = 0;
    for (Disposition rung : RUNGS) {
      sum += rung == Disposition.LEFT ? 0 : lately(rung, seconds);
    }
    return sum;
  }

  JsonObject lately(int seconds) {
    JsonObject json = new JsonObject();
    for (Disposition rung : RUNGS) {
      json.put(rung.label(), lately(rung, seconds));
    }
    return json;
  }

  JsonObject total() {
    JsonObject json = new JsonObject();
    for (Disposition rung : RUNGS) {
      json.put(rung.label(), rungs.total(rung.index()));
    }
    return json;
  }
}
