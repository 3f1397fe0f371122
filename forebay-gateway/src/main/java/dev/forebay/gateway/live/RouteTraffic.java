package dev.forebay.gateway.live;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What became of the calls of one route. Counting is lock-free; the rest is the sampler's. */
final class RouteTraffic {
  static final int SECONDS = 60;

  /** Of one kind, in a second: a burst of refusals must not push out all else. */
  private static final int KEPT_EACH_SECOND = 1;

  private static final Disposition[] DISPOSITIONS = Disposition.values();

  private final Meter dispositions = new Meter(DISPOSITIONS.length, SECONDS, 1);
  private final AtomicIntegerArray room = new AtomicIntegerArray(DISPOSITIONS.length);

  RouteTraffic() {
    makeRoom();
  }

  void ended(Disposition disposition) {
    dispositions.add(disposition.index(), 1);
  }

  /** Whether one more call that ended so is to be kept in this second. */
  boolean takeRoom(Disposition disposition) {
    return room.get(disposition.index()) > 0 && room.decrementAndGet(disposition.index()) >= 0;
  }

  void tick() {
    dispositions.tick();
    makeRoom();
  }

  private void makeRoom() {
    for (int i = 0; i < DISPOSITIONS.length; i++) {
      room.set(i, KEPT_EACH_SECOND);
    }
  }

  long lately(Disposition disposition, int seconds) {
    return dispositions.lately(disposition.index(), seconds);
  }

  /** All calls that ended, but those whose callers left. */
  long judged(int seconds) {
    long sum = 0;
    for (Disposition disposition : DISPOSITIONS) {
      sum += disposition == Disposition.LEFT ? 0 : lately(disposition, seconds);
    }
    return sum;
  }

  JsonObject lately(int seconds) {
    JsonObject json = new JsonObject();
    for (Disposition disposition : DISPOSITIONS) {
      json.put(disposition.label(), lately(disposition, seconds));
    }
    return json;
  }

  JsonObject total() {
    JsonObject json = new JsonObject();
    for (Disposition disposition : DISPOSITIONS) {
      json.put(disposition.label(), dispositions.total(disposition.index()));
    }
    return json;
  }
}
