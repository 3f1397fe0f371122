package dev.forebay.it.fleet;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.forebay.it.process.PostgresServer;
import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Callers who leave jobs at every gateway of a rig, one after the other at each, and what became of
 * those jobs in the database. A trigger of the database notes each change that leaves a job done.
 */
final class JobCallers implements AutoCloseable {
  /** So that a job is on its way at each gateway whenever something happens. */
  private static final long EVERY_MILLIS = 100;

  /** A database that stands still is given up by the gateway before. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int SOME = 20;

  /** It would be lost with the server, which others' commits need not be. */
  private static final String NOTES =
      """
      SET synchronous_commit = on;
      CREATE TABLE IF NOT EXISTS noted (id text NOT NULL);
      CREATE OR REPLACE FUNCTION note() RETURNS trigger AS
        'BEGIN INSERT INTO noted VALUES (NEW.id); RETURN NEW; END' LANGUAGE plpgsql;
      CREATE OR REPLACE TRIGGER note AFTER INSERT OR UPDATE ON job
        FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION note();
      """;

  private static final String OPEN =
      """
      SELECT concat_ws(' ', id, state, 'due', not_before, 'attempts', attempts, 'takes', takes,
        lease_owner, lease_until) FROM job WHERE state IN ('queued', 'running')
      """;
  private static final String ANSWERED =
      "SELECT id FROM job JOIN job_result USING (id) WHERE state = 'done'";
  private static final String TWICE = "SELECT id FROM noted GROUP BY id HAVING count(*) > 1";
  private static final String RETAKEN = "SELECT id FROM job WHERE takes > 1";

  private final PostgresServer database;
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refused = new AtomicInteger();
  private final List<String> unexpected = new CopyOnWriteArrayList<>();
  private final Http http = new Http();
  private final ScheduledExecutorService callers =
      Executors.newScheduledThreadPool(Rig.GATEWAYS, Thread.ofPlatform().daemon().factory());

  /** Begins to leave jobs, and returns when some were accepted. */
  JobCallers(Rig rig) {
    database = rig.database();
    database.execute(NOTES);
    for (int i = 0; i < Rig.GATEWAYS; i++) {
      int port = rig.member(Rig.GATEWAY + i).port();
      var unused = callers.scheduleWithFixedDelay(() -> leave(port), 0, EVERY_MILLIS, MILLISECONDS);
    }
    await().atMost(PATIENCE).until(() -> accepted.size() >= SOME);
  }

  private void leave(int port) {
    URI route = Http.local(port, "/model/later/converse");
    HttpRequest request =
        Http.within(PATIENCE, Http.postJson(route, Load.BODY, "prefer", "respond-async"));
    try {
      HttpResponse<String> left = http.text(request);
      switch (left.statusCode()) {
        case 202 ->
            accepted.add(left.headers().firstValue("location").orElseThrow().replace("/jobs/", ""));
        case 503 -> refused.incrementAndGet();
        default -> unexpected.add(left.statusCode() + " " + left.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      unexpected.add(e.toString());
    }
  }

  /** Leaves no more of them, and waits until none is left to do. */
  Result end() throws InterruptedException {
    callers.shutdown();
    if (!callers.awaitTermination(PATIENCE.toSeconds(), SECONDS)) {
      unexpected.add("a caller without an answer");
    }
    try {
      await().atMost(PATIENCE).until(() -> database.query(OPEN).isEmpty());
    } catch (ConditionTimeoutException e) {
      List<String> open = database.query(OPEN);
      throw new AssertionError(
          "%d of %d accepted, %d refused, are not done: %s, first %s"
              .formatted(open.size(), accepted.size(), refused.get(), unexpected, open.getFirst()),
          e);
    }
    List<String> answered = database.query(ANSWERED);
    List<String> lost = new ArrayList<>(accepted);
    lost.removeAll(Set.copyOf(answered));
    return new Result(
        accepted.size(),
        refused.get(),
        List.copyOf(unexpected),
        lost,
        database.query(TWICE),
        database.query(RETAKEN).size());
  }

  /**
   * What became of the jobs of these callers.
   *
   * @param unexpected answers that are neither 202 nor 503
   * @param lost accepted, and without an answer in the database
   * @param twice recorded as done more than once
   * @param retaken taken by a gateway more than once
   */
  record Result(
      int accepted,
      int refused,
      List<String> unexpected,
      List<String> lost,
      List<String> twice,
      int retaken) {}

  @Override
  public void close() {
    callers.shutdownNow();
    http.close();
  }
}
