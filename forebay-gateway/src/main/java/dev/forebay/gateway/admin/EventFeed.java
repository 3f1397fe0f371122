package dev.forebay.gateway.admin;

import dev.forebay.gateway.live.LiveView;
import dev.forebay.gateway.live.LiveView.Seen;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /api/events}: the status, every second and whenever a target's state changes, as
 * server-sent events. Each message is made once, by a thread of the feed's own, for all viewers.
 *
 * <p>A viewer's first message is {@code full}: with five minutes of history, all events and all
 * unusual calls that are kept. The later ones, {@code now}, have what is new of these, and the last
 * second if it has just ended. A viewer that does not read misses messages and gets a full one when
 * it reads again. It is disconnected after ten missed messages. Thread-safe.
 */
public final class EventFeed {
  public static final int MAX_VIEWERS = 32;

  private static final Logger log = LoggerFactory.getLogger(EventFeed.class);
  private static final Duration POLL_PERIOD = Duration.ofMillis(250);
  private static final int LOOKS_PER_SECOND = 4;
  private static final int MAX_MISSED = 10;
  private static final int MAX_QUEUED_BYTES = 256 * 1024;

  private final LiveView view;
  private final Supplier<JsonObject> status;
  private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
  private final AtomicInteger count = new AtomicInteger();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("forebay-events").factory());
  private int looks;
  private Seen published = Seen.NOTHING;

  /**
   * @param status what the view does not know
   */
  public EventFeed(LiveView view, Supplier<JsonObject> status) {
    this.view = view;
    this.status = status;
  }

  public void start() {
    var unused =
        thread.scheduleAtFixedRate(
            this::comeBy, POLL_PERIOD.toMillis(), POLL_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends the request's caller what happens from now on.
   *
   * @return false if there are too many already
   */
  public boolean open(HttpServerRequest request) {
    if (count.incrementAndGet() > MAX_VIEWERS) {
      count.decrementAndGet();
      return false;
    }
    HttpServerResponse response = request.response();
    response
        .setChunked(true)
        .setWriteQueueMaxSize(MAX_QUEUED_BYTES)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("x-accel-buffering", "no");
    Viewer viewer = new Viewer(response, Vertx.currentContext());
    viewers.add(viewer);
    response.closeHandler(closed -> leave(viewer));
    response.exceptionHandler(broken -> leave(viewer));
    return true;
  }

  int viewers() {
    return count.get();
  }

  private void leave(Viewer viewer) {
    if (viewers.remove(viewer)) {
      count.decrementAndGet();
    }
  }

  public void close() {
    thread.shutdownNow();
    viewers.forEach(Viewer::end);
  }

  /** An observer's defect must not end the observing. */
  private void comeBy() {
    try {
      boolean changed = view.noteChanges();
      boolean second = ++looks % LOOKS_PER_SECOND == 0;
      if (second) {
        view.tick();
      }
      publish(second, changed);
    } catch (RuntimeException e) {
      log.error("The live view failed by a defect of Forebay", e);
    }
  }

  /**
   * Sends everybody what they need.
   *
   * @param second whether one has just ended
   * @param changed whether anything happened
   */
  void publish(boolean second, boolean changed) {
    Buffer full = null;
    Buffer now = null;
    Seen before = published;
    for (Viewer viewer : viewers) {
      if (viewer.fresh || (viewer.behind && second)) {
        full = full == null ? full() : full;
        viewer.send(full, true);
      } else if (!viewer.behind && (second || changed)) {
        now = now == null ? now(before, second) : now;
        viewer.send(now, false);
      }
    }
  }

  private Buffer full() {
    JsonObject json = status.get();
    var unused = view.describe(json, Seen.NOTHING);
    return message("full", json.put("history", view.history()));
  }

  private Buffer now(Seen since, boolean second) {
    JsonObject json = status.get();
    published = view.describe(json, since);
    return message("now", second ? json.put("second", view.lastSecond()) : json);
  }

  private static Buffer message(String event, JsonObject data) {
    return Buffer.buffer("event: " + event + "\ndata: ")
        .appendBuffer(data.toBuffer())
        .appendString("\n\n");
  }

  /** One open response, written to on its own event loop. */
  private final class Viewer {
    private final HttpServerResponse response;
    private final @Nullable Context context;
    private volatile boolean fresh = true;
    private volatile boolean behind;
    private int missed;

    Viewer(HttpServerResponse response, @Nullable Context context) {
      this.response = response;
      this.context = context;
    }

    void send(Buffer message, boolean full) {
      if (full) {
        fresh = false;
        behind = false;
      }
      run(
          () -> {
            if (response.closed() || response.ended()) {
              leave(this);
            } else if (!response.writeQueueFull()) {
              missed = 0;
              response.write(message);
            } else {
              behind = true;
              if (++missed > MAX_MISSED) {
                leave(this);
                response.reset();
              }
            }
          });
    }

    void end() {
      run(
          () -> {
            leave(this);
            if (!response.closed() && !response.ended()) {
              response.end();
            }
          });
    }

    private void run(Runnable write) {
      if (context == null) {
        write.run();
      } else {
        context.runOnContext(run -> write.run());
      }
    }
  }
}
