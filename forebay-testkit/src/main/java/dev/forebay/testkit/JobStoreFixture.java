package dev.forebay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Priority;
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
import dev.forebay.jobs.JobStore.DueCallback;
import dev.forebay.jobs.JobStore.Failure;
import dev.forebay.jobs.JobStore.Take;
import dev.forebay.jobs.JobStore.TakenJob;
import dev.forebay.jobs.NewJob;
import dev.forebay.jobs.StoreLimits;
import dev.forebay.jobs.StoredJob;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An open {@link JobStore}, its time, and what tests of it are made of. */
abstract class JobStoreFixture {
  /** The route that jobs are for unless a test says otherwise. */
  protected static final String ROUTE = "claude";

  static final Duration LEASE = Duration.ofSeconds(30);
  static final Tenant WEB = new Tenant("web", 1);

  /** The stores' time. */
  protected final WallTime time = new WallTime();

  final Random random = new Random(7);
  private final List<JobStore> opened = new ArrayList<>();
  JobStore store;

  /**
   * Opens the test's store; called again within a test, it opens the same one as another process
   * would.
   */
  protected abstract JobStore open(StoreLimits limits, InstantSource clock);

  @BeforeEach
  final void openStore() {
    store = openWith(StoreLimits.DEFAULTS);
  }

  @AfterEach
  final void closeStores() {
    opened.forEach(JobStore::close);
  }

  /** The test's store under those limits; closed after the test. */
  protected final JobStore openWith(StoreLimits limits) {
    JobStore another = open(limits, time);
    opened.add(another);
    return another;
  }

  /** A job of the route, in the making. */
  protected final Facts facts() {
    return new Facts();
  }

  /** The parts of a job that tests differ in. */
  protected final class Facts {
    private Tenant tenant = WEB;
    private String route = ROUTE;
    private Priority priority = Priority.STANDARD;
    private Duration expiresIn = Duration.ofHours(24);
    private long tokens = 1_000;
    private Optional<URI> callback = Optional.empty();

    Facts tenant(Tenant of) {
      tenant = of;
      return this;
    }

    Facts route(String to) {
      route = to;
      return this;
    }

    Facts priority(Priority given) {
      priority = given;
      return this;
    }

    Facts expiresIn(Duration time) {
      expiresIn = time;
      return this;
    }

    Facts tokens(long number) {
      tokens = number;
      return this;
    }

    Facts callback(String url) {
      callback = Optional.of(URI.create(url));
      return this;
    }

    /** The job as it is by now. */
    public Job job() {
      Instant now = time.instant();
      return new Job(
          id(),
          tenant,
          route,
          "converse",
          "anthropic.claude-sonnet-4-6",
          priority,
          now,
          now.plus(expiresIn),
          tokens,
          callback);
    }
  }

  JobId id() {
    return JobId.next(time.instant(), random);
  }

  NewJob job(String body) {
    return new NewJob(facts().job(), request(body), Optional.empty());
  }

  NewJob keyed(String body, String key) {
    return new NewJob(facts().job(), request(body), Optional.of(key));
  }

  static JobRequest request(String body) {
    return new JobRequest(
        List.of(new Header("content-type", "application/json")),
        Content.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  static JobResult result(String body) {
    return new JobResult(200, List.of(), Content.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  Failure failure(String reason) {
    return new Failure(reason, 5, time.instant(), Optional.empty());
  }

  NewJob accept(Facts facts) {
    return accept(new NewJob(facts.job(), request("x"), Optional.empty()));
  }

  NewJob accept(NewJob job) {
    assertThat(get(store.enqueue(job)).created()).isTrue();
    return job;
  }

  List<TakenJob> take(int max) {
    return get(store.take(new Take(ROUTE, max, "here", LEASE)));
  }

  StoredJob find(JobId id) {
    return get(store.find(id)).orElseThrow();
  }

  List<DueCallback> due() {
    return get(store.dueCallbacks(10, LEASE));
  }

  static JobQuery query(
      Optional<JobStatus> status, Optional<String> tenant, Optional<JobId> after) {
    return new JobQuery(status, tenant, 10, after);
  }

  List<JobId> listed(Optional<JobStatus> status, Optional<String> tenant) {
    return get(store.list(query(status, tenant, Optional.empty()))).jobs().stream()
        .map(StoredJob::id)
        .toList();
  }

  static List<JobId> ids(List<TakenJob> taken) {
    return taken.stream().map(job -> job.stored().id()).toList();
  }

  /** The future's value; a store that hangs fails the test. */
  protected static <T> T get(CompletableFuture<T> future) {
    try {
      return future.orTimeout(30, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof TimeoutException timeout) {
        throw new AssertionError("the store did not answer within 30 s", timeout);
      }
      throw e;
    }
  }
}
