package dev.forebay.it.crash;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.core.Priority;
import dev.forebay.core.Seam;
import dev.forebay.core.Tenant;
import dev.forebay.jobs.Content;
import dev.forebay.jobs.Job;
import dev.forebay.jobs.JobId;
import dev.forebay.jobs.JobRequest;
import dev.forebay.jobs.JobResult;
import dev.forebay.jobs.JobStatus;
import dev.forebay.jobs.JobStore;
import dev.forebay.jobs.Lease;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.ScheduledTimers;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.sql.Housekeeping;
import dev.forebay.jobs.sql.JobStores;
import dev.forebay.jobs.worker.Capacity;
import dev.forebay.jobs.worker.JobRunner;
import dev.forebay.jobs.worker.Worker;
import dev.forebay.jobs.worker.WorkerContext;
import dev.forebay.jobs.worker.WorkerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A process that leaves jobs in a store and makes them, with a model that is made up. It says on
 * its standard output what was acknowledged to it:
 *
 * <pre>
 * ready        ack ID        ran ID        done ID TOKEN
 * </pre>
 *
 * <p>A line {@code stop} on its standard input ends the enqueueing; after a line {@code hold} its
 * calls get no answer any more. It never ends by itself.
 */
final class QueueProcess {
  static final String ROUTE = "crash";
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final int CLIENTS = 4;
  static final int PLACES = 16;
  static final Duration LEASE = Duration.ofSeconds(2);

  private final String owner;
  private final Random random;
  private final ScheduledTimers timers = new ScheduledTimers();
  private final JobStore store;
  private volatile boolean stopped;
  private volatile boolean holds;

  private QueueProcess(String url, String owner) {
    this.owner = owner;
    this.random = new Random(owner.hashCode());
    this.store = JobStores.open(url, StoreLimits.DEFAULTS, QueueProcess::now);
  }

  /**
   * Arguments: the store's URL, the process's name, and how many jobs to make before it ends; none:
   * it does not end by itself; {@code drain}: it only makes jobs that others leave.
   */
  public static void main(String[] args) throws IOException {
    QueueProcess process = new QueueProcess(args[0], args[1]);
    process.work();
    boolean drains = args.length > 2 && args[2].equals("drain");
    if (args.length > 2 && !drains) {
      process.train(Integer.parseInt(args[2]));
    }
    say("ready");
    for (int i = 0; i < CLIENTS && !drains; i++) {
      process.enqueue();
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      process.stopped = true;
      process.holds |= line.equals("hold");
    }
  }

  /** Leaves so many jobs, waits until they are done, and ends. */
  private void train(int jobs) {
    for (int i = 0; i < jobs; i++) {
      enqueue();
    }
    long waiting = jobs;
    while (waiting > 0) {
      waiting = jobs - store.stats().join().count(JobStatus.DONE);
    }
    System.exit(0);
  }

  private void work() {
    Capacity capacity = (route, meanTokens, max) -> new Capacity.Now(max);
    WorkerContext place =
        new WorkerContext(
            telling(store),
            job -> new Made(job),
            new WorkerSettings(PLACES, LEASE, 5, Duration.ofMillis(100)),
            timers,
            QueueProcess::now,
            owner,
            new SecureRandom());
    Worker worker = new Worker(ROUTE, capacity, place);
    worker.wake();
    new Housekeeping(store, Duration.ofDays(1), timers, QueueProcess::now, worker::wake).start();
  }

  /** The same store, which says what it has completed. */
  private static JobStore telling(JobStore store) {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (proxy, method, args) -> {
              try {
                Object answer = method.invoke(store, args);
                return method.getName().equals("complete")
                    ? reported((CompletableFuture<?>) answer, (Lease) args[0], (JobResult) args[1])
                    : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private static CompletableFuture<?> reported(
      CompletableFuture<?> completed, Lease lease, JobResult result) {
    return completed.whenComplete(
        (held, e) -> {
          if (Boolean.TRUE.equals(held)) {
            say("done " + lease.job() + " " + new String(result.body().bytes(), UTF_8));
          }
        });
  }

  /** A call that takes up to 20 ms. */
  private final class Made implements JobRunner.Run {
    private final CompletableFuture<JobRunner.End> end = new CompletableFuture<>();

    Made(JobStore.TakenJob job) {
      say("ran " + job.stored().id());
      String token = owner + "-" + job.lease().number();
      timers.after(
          Duration.ofMillis(draw(20)),
          () -> {
            if (!holds) {
              end.complete(
                  new JobRunner.Answered(
                      new JobResult(200, List.of(), Content.of(token.getBytes(UTF_8)))));
            }
          });
    }

    @Override
    public CompletionStage<JobRunner.End> end() {
      return end;
    }

    @Override
    public void cancel() {}
  }

  private void enqueue() {
    if (stopped) {
      return;
    }
    Instant now = now();
    JobId id = JobId.next(now, random());
    Job job =
        new Job(
            id,
            new Tenant("t" + draw(3), 1),
            ROUTE,
            "converse",
            "m",
            PRIORITIES.get(draw(3)),
            now,
            now.plus(Duration.ofHours(1)),
            100,
            Optional.empty());
    JobRequest request = new JobRequest(List.of(), Content.of(new byte[draw(4_000)]));
    CompletableFuture<Void> unused =
        store
            .enqueue(new NewJob(job, request, Optional.empty()))
            .handle(
                (accepted, e) -> {
                  if (e == null) {
                    say("ack " + id);
                  }
                  timers.after(Duration.ofMillis(5 + draw(30)), this::enqueue);
                  return null;
                });
  }

  private Random random() {
    return random;
  }

  private int draw(int bound) {
    return random.nextInt(bound);
  }

  private static void say(String line) {
    System.out.println(line);
  }

  @Seam("stores that several processes share have the time of day")
  static Instant now() {
    return Instant.now();
  }
}
