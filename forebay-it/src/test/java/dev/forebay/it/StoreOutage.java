package dev.forebay.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.core.Ticker;
import dev.forebay.it.process.RealTime;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoreStats;
import dev.forebay.jobs.sql.JobStores;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A gateway whose job store goes and comes back while callers leave calls: every 202 is done within
 * 40 s of the return, no refused job is stored, none is done twice.
 *
 * <p>An outage lasts until callers have seen enough of it; {@code -Doutage.seconds=N} lets it last
 * that much longer, and is for runs outside the suite.
 */
final class StoreOutage {
  static final Duration LENGTH = Duration.ofSeconds(Long.getLong("outage.seconds", 0));
  private static final int CALLERS = 3;
  private static final int SOME = 20;

  /** So long after the store is back, all that was accepted before is done, and more is taken. */
  private static final Duration HEALED = Duration.ofSeconds(40);

  private final Ticker ticker = Ticker.system();

  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile String lastRefusal = "";
  private final List<String> unexpected = new CopyOnWriteArrayList<>();

  interface Step {
    void run() throws Exception;
  }

  private StoreOutage() {}

  /**
   * Checks one kind of outage.
   *
   * @param refusals how many calls are refused before it ends; none if the store goes on to take
   *     some
   */
  static void check(String name, Stack stack, String url, int refusals, Step goes, Step comesBack)
      throws Exception {
    try (JobStore store = JobStores.open(url, StoreLimits.DEFAULTS, QueuedGateway::now);
        QueuedGateway gateway = new QueuedGateway(stack, store)) {
      new StoreOutage().check(name, gateway, store, refusals, goes, comesBack);
    }
  }

  private void check(
      String name, QueuedGateway gateway, JobStore store, int refusals, Step goes, Step comesBack)
      throws Exception {
    Duration out;
    Duration healed;
    try (ScheduledExecutorService callers = Executors.newScheduledThreadPool(CALLERS)) {
      for (int i = 0; i < CALLERS; i++) {
        var unused =
            callers.scheduleWithFixedDelay(() -> leave(gateway), 0, 20, TimeUnit.MILLISECONDS);
      }
      await().atMost(Duration.ofSeconds(40)).until(() -> accepted.size() >= SOME);
      goes.run();
      long gone = ticker.nanos();
      int acceptedBefore = accepted.size();
      int refusedBefore = refused.get();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  refusals > 0
                      ? refused.get() >= refusedBefore + refusals
                      : accepted.size() >= acceptedBefore + SOME);
      if (LENGTH.isPositive()) {
        RealTime.pass(LENGTH);
      }
      comesBack.run();
      long returned = ticker.nanos();
      out = Duration.ofNanos(returned - gone);
      Queue<String> open = new ArrayDeque<>(accepted);
      int before = open.size();
      try {
        await()
            .pollInterval(Duration.ofMillis(200))
            .atMost(HEALED)
            .until(() -> accepted.size() >= before + SOME && areDone(gateway, open));
      } catch (ConditionTimeoutException e) {
        throw new AssertionError(
            "%d of before are not done, first %s; %d accepted since the return; last refusal: %s"
                .formatted(open.size(), open.peek(), accepted.size() - before, lastRefusal),
            e);
      }
      healed = Duration.ofNanos(ticker.nanos() - returned);
      callers.shutdown();
      assertThat(callers.awaitTermination(40, TimeUnit.SECONDS)).isTrue();
    }
    await().atMost(HEALED).until(() -> isDone(store.stats().join()));
    StoreStats stats = store.stats().join();
    System.out.printf(
        "%-34s out for %d ms: %5d accepted, %5d refused, %5d done, %d cancelled; all of before done"
            + " %d ms after the return%n",
        name,
        out.toMillis(),
        accepted.size(),
        refused.get(),
        stats.count(JobStatus.DONE),
        stats.count(JobStatus.CANCELLED),
        healed.toMillis());
    assertThat(unexpected).isEmpty();
    for (String job : accepted) {
      assertThat(gateway.state(job)).as(job).isEqualTo("done");
    }
    // A refused one that had begun before its refusal was known is cancelled, and has no answer.
    assertThat(stats.count(JobStatus.DONE)).isEqualTo(accepted.size());
    assertThat(stats.total() - stats.count(JobStatus.CANCELLED)).isEqualTo(accepted.size());
  }

  /** Whether all of them are done, of which those that are leave the list. */
  private static boolean areDone(QueuedGateway gateway, Queue<String> open) throws Exception {
    while (!open.isEmpty() && "done".equals(gateway.state(open.peek()))) {
      open.remove();
    }
    return open.isEmpty();
  }

  private boolean isDone(StoreStats stats) {
    return stats.count(JobStatus.QUEUED) == 0 && stats.count(JobStatus.RUNNING) == 0;
  }

  private void leave(QueuedGateway gateway) {
    try {
      HttpResponse<byte[]> answer = gateway.converse("prefer", "respond-async");
      if (answer.statusCode() == 202) {
        accepted.add(answer.headers().firstValue("location").orElseThrow());
      } else if (answer.statusCode() == 503) {
        refused.incrementAndGet();
        lastRefusal = new String(answer.body(), UTF_8);
      } else {
        unexpected.add("status " + answer.statusCode());
      }
    } catch (InterruptedException e) {
      // The end: what became of this one is not known.
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      unexpected.add(e.toString());
    }
  }
}
