package dev.forebay.telemetry.trace;

import dev.forebay.core.telemetry.DroppedTelemetry;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls whose spans wait to be made and sent, a bounded number: what comes on top is dropped and
 * counted, so that neither a call nor the memory depends on the receiver. One thread makes and
 * sends them in batches.
 */
final class SpanQueue implements AutoCloseable {
  static final int MOST_WAITING = 4_096;

  /** So many do not wait for the end of the pause. */
  private static final int SOON = MOST_WAITING / 4;

  private static final int BATCH = 1_024;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LAST = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(SpanQueue.class);

  private final String name;
  private final SpanExporter exporter;
  private final SpanWriter writer;
  private final DroppedTelemetry dropped;
  private final ConcurrentLinkedQueue<KeptCall> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread sender = new Thread(task, "forebay-traces");
            sender.setDaemon(true);
            return sender;
          });
  private final ScheduledFuture<?> sending;
  private boolean failing;

  /**
   * Sends from now on.
   *
   * @param name the receiver's, under which the spans are counted that it does not get
   */
  SpanQueue(String name, SpanExporter exporter, SpanWriter writer, DroppedTelemetry dropped) {
    this.name = name;
    this.exporter = exporter;
    this.writer = writer;
    this.dropped = dropped;
    dropped.add(name, 0);
    long pause = PAUSE.toMillis();
    sending = thread.scheduleWithFixedDelay(this::sendAll, pause, pause, TimeUnit.MILLISECONDS);
  }

  void add(KeptCall call) {
    int now = count.incrementAndGet();
    if (now > MOST_WAITING) {
      count.decrementAndGet();
      dropped.add(name, call.spans());
      return;
    }
    waiting.add(call);
    if (now == SOON && !thread.isShutdown()) {
      thread.execute(this::sendAll);
    }
  }

  /**
   * Few that came meanwhile wait for the next time: they would make one small request after
   * another.
   */
  private void sendAll() {
    do {
      send(count.get());
    } while (count.get() >= SOON && !waiting.isEmpty());
  }

  private void send(int calls) {
    List<SpanData> batch = new ArrayList<>(BATCH);
    for (int i = 0; i < calls; i++) {
      KeptCall next = waiting.poll();
      if (next == null) {
        break;
      }
      count.decrementAndGet();
      write(next, batch);
      if (batch.size() >= BATCH) {
        send(batch);
        batch = new ArrayList<>(BATCH);
      }
    }
    if (!batch.isEmpty()) {
      send(batch);
    }
  }

  private void write(KeptCall call, List<SpanData> batch) {
    try {
      batch.addAll(writer.spans(call));
    } catch (RuntimeException | LinkageError e) {
      log.error("The spans of a call could not be made", e);
      dropped.add(name, call.spans());
    }
  }

  private void send(List<SpanData> batch) {
    boolean arrived = isTaken(batch);
    if (!arrived) {
      dropped.add(name, batch.size());
    }
    if (arrived == failing) {
      log.warn(
          arrived
              ? "Sending traces to {} works again"
              : "Sending traces to {} fails; they are dropped",
          name);
    }
    failing = !arrived;
  }

  /** Whatever goes wrong here must not end the thread. */
  private boolean isTaken(List<SpanData> batch) {
    try {
      return exporter.export(batch).join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).isSuccess();
    } catch (RuntimeException | LinkageError e) {
      log.debug("Traces could not be sent", e);
      return false;
    }
  }

  /** The sender counts what it had under way as lost when it is interrupted. */
  private void countUnderWay() {
    try {
      boolean ended = thread.awaitTermination(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        log.debug("The sender of traces to {} goes on", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends what there is, as far as that succeeds in a few seconds. */
  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    sending.cancel(false);
    try {
      thread.submit(this::sendAll).get(LAST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("The last traces to {} were not taken in time", name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
    countUnderWay();
    for (KeptCall left = waiting.poll(); left != null; left = waiting.poll()) {
      count.decrementAndGet();
      dropped.add(name, left.spans());
    }
    exporter.shutdown();
  }
}
