package dev.forebay.gateway.loop;

import dev.forebay.engine.Loop;
import dev.forebay.engine.Scheduler;
import io.vertx.core.Vertx;

/** Timers of Vert.x beside all calls. Thread-safe. */
public final class VertxScheduler implements Scheduler {
  private final Vertx vertx;

  public VertxScheduler(Vertx vertx) {
    this.vertx = vertx;
  }

  @Override
  public Loop.Timer every(long millis, Runnable action) {
    long id = vertx.setPeriodic(millis, due -> action.run());
    return () -> vertx.cancelTimer(id);
  }
}
