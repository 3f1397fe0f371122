package dev.forebay.benchmarks.jobs;

import dev.forebay.core.Priority;
import dev.forebay.core.Seam;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Header;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobQuery;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.JobStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Durable jobs per second with {@value #CLIENTS} clients beside the raw insert rate of the same
 * engine in the same run, and what jobs that are stored already cost.
 *
 * <p>Arguments: a folder on the disk to measure, the seconds of each measurement, and how many jobs
 * to store.
 */
public final class QueueBenchmark {
  private static final int CLIENTS = 64;
  private static final int ROUNDS = 3;
  private static final int BODY = 1_000;
  private static final int TENANTS = 10;
  private static final String ROUTE = "benchmark";

  private final Duration time;
  private final int stored;
  private final Random random = new Random(1);
  private final AtomicLong number = new AtomicLong();
  private final Content body = Content.of(new byte[BODY]);

  private QueueBenchmark(Duration time, int stored) {
    this.time = time;
    this.stored = stored;
  }

  /** Measures SQLite, then PostgreSQL. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory(Path.of(args[0]), "jobs-");
    QueueBenchmark benchmark =
        new QueueBenchmark(Duration.ofSeconds(Long.parseLong(args[1])), Integer.parseInt(args[2]));
    try (Engine sqlite = Engine.sqlite(folder)) {
      benchmark.measure(sqlite);
    }
    try (Engine postgres = Engine.postgres(CLIENTS)) {
      benchmark.measure(postgres);
    }
  }

  private void measure(Engine engine) throws Exception {
    say("\n" + engine.name() + ", " + CLIENTS + " clients, requests of " + BODY + " bytes");
    Clients clients = new Clients(CLIENTS);
    StoreLimits limits = new StoreLimits(10_000_000, 1_000_000_000_000L);
    try (JobStore store = JobStores.open(engine.url(), limits, QueueBenchmark::now)) {
      // Afterwards, since a store begins in an empty database.
      PlainTable plain = new PlainTable(engine, body.bytes());
      clients.perSecond(time, () -> store.enqueue(job()).join());
      clients.perSecond(time, () -> plain.insert(1));
      double[] jobs = new double[ROUNDS];
      double[] rows = new double[ROUNDS];
      double[] grouped = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        rows[i] = clients.perSecond(time, () -> plain.insert(1));
        jobs[i] = clients.perSecond(time, () -> store.enqueue(job()).join());
        grouped[i] = CLIENTS * new Clients(1).perSecond(time, () -> plain.insert(CLIENTS));
      }
      rounds("durable jobs per second", jobs);
      rounds("plain rows per second, each committed", rows);
      rounds("plain rows per second, " + CLIENTS + " to a commit", grouped);
      row("jobs for each row committed alone", median(jobs) / median(rows));
      row("jobs for each row committed in groups", median(jobs) / median(grouped));
      engine.upkeep().run();
      costs(store, clients);
      fill(store);
      engine.upkeep().run();
      costs(store, clients);
    }
  }

  /** What it costs to use a store, with what it holds at the moment. */
  private void costs(JobStore store, Clients clients) throws InterruptedException {
    long held = store.stats().join().total();
    Clients one = new Clients(1);
    say("  with " + held + " jobs stored");
    row("  enqueue per second", clients.perSecond(time, () -> store.enqueue(job()).join()));
    row("  take 10 and complete them, ms", ms(one, () -> drain(store)));
    Optional<JobStatus> queued = Optional.of(JobStatus.QUEUED);
    row("  list the 50 newest, ms", ms(one, () -> list(store, Optional.empty(), Optional.empty())));
    row("  list 50 queued, ms", ms(one, () -> list(store, queued, Optional.empty())));
    row(
        "  list 50 of a tenant, ms",
        ms(one, () -> list(store, Optional.empty(), Optional.of("t3"))));
    row("  ask what waits, ms", ms(one, () -> store.backlog(ROUTE).join()));
  }

  private double ms(Clients one, Runnable action) throws InterruptedException {
    return 1_000 / one.perSecond(time.dividedBy(2), action);
  }

  private static void drain(JobStore store) {
    List<TakenJob> taken =
        store.take(new Take(ROUTE, 10, "benchmark", Duration.ofMinutes(5))).join();
    JobResult result = new JobResult(200, List.of(), Content.of(new byte[BODY]));
    List<CompletableFuture<Boolean>> completed = new ArrayList<>();
    taken.forEach(job -> completed.add(store.complete(job.lease(), result)));
    completed.forEach(CompletableFuture::join);
  }

  private static void list(JobStore store, Optional<JobStatus> status, Optional<String> tenant) {
    if (store.list(new JobQuery(status, tenant, 50, Optional.empty())).join().jobs().isEmpty()) {
      throw new IllegalStateException("nothing to list");
    }
  }

  private void fill(JobStore store) throws InterruptedException {
    Semaphore underWay = new Semaphore(4_000);
    for (long left = stored - store.stats().join().total(); left > 0; left--) {
      underWay.acquire();
      CompletableFuture<?> unused =
          store.enqueue(job()).whenComplete((accepted, e) -> underWay.release());
    }
    underWay.acquire(4_000);
  }

  private NewJob job() {
    Instant now = now();
    JobId id;
    synchronized (random) {
      id = JobId.next(now, random);
    }
    Job job =
        new Job(
            id,
            new Tenant("t" + number.getAndIncrement() % TENANTS, 1),
            ROUTE,
            "converse",
            "m",
            Priority.BATCH,
            now,
            now.plus(Duration.ofDays(1)),
            500,
            Optional.empty());
    return new NewJob(
        job,
        new JobRequest(List.of(new Header("content-type", "application/json")), body),
        Optional.empty());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void rounds(String what, double[] values) {
    row(what, median(values));
    say("    of " + Arrays.toString(Arrays.stream(values).mapToLong(Math::round).toArray()));
  }

  private static void row(String what, double value) {
    say(String.format(Locale.ROOT, "  %-40s %,12.2f", what, value));
  }

  private static void say(String line) {
    System.out.println(line);
  }

  @Seam("jobs have times of day")
  private static Instant now() {
    return Instant.now();
  }
}
