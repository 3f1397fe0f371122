package dev.forebay.gateway;

import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Ticker;
import dev.forebay.engine.pipeline.CallPipeline;
import dev.forebay.gateway.admin.DashboardFiles;
import dev.forebay.gateway.admin.EventFeed;
import dev.forebay.gateway.admin.StatusPage;
import dev.forebay.gateway.call.GatewayRuntime;
import dev.forebay.gateway.jobs.JobService;
import dev.forebay.jobs.JobStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is made of, besides its event loops. Thread-safe.
 *
 * @param jobService where calls are left for later; null where there is no queue
 */
record Parts(
    GatewayRuntime runtime,
    CallPipeline pipeline,
    @Nullable JobService jobService,
    StatusPage status,
    EventFeed feed,
    DashboardFiles dashboard) {
  static Parts of(
      GatewayConfig config,
      Gateway.Surroundings surroundings,
      Optional<JobStore> store,
      Vertx vertx) {
    Ticker ticker = surroundings.ticker();
    GatewayRuntime runtime =
        new GatewayRuntime(
            config,
            surroundings.journeys(),
            surroundings.listener(),
            surroundings.tracing(),
            ticker,
            vertx);
    CallPipeline pipeline = new CallPipeline(ticker);
    JobService jobService = store.map(jobs -> JobService.over(jobs, runtime, vertx)).orElse(null);
    if (jobService != null) {
      runtime.open(jobService);
    }
    StatusPage status = new StatusPage(runtime, pipeline, jobService);
    return new Parts(
        runtime,
        pipeline,
        jobService,
        status,
        new EventFeed(runtime.live(), status::state),
        new DashboardFiles());
  }

  /** Begins to drain the queue and to feed viewers, once there are loops to make calls. */
  void start() {
    if (jobService != null) {
      jobService.workers().start(runtime.snapshot().config());
    }
    feed.start();
  }

  /** Gives the jobs under way back, after that time; completes when none is left. */
  Future<Void> drainJobs(Duration grace) {
    return jobService == null
        ? Future.succeededFuture()
        : Future.fromCompletionStage(jobService.workers().drain(grace));
  }

  void close() {
    feed.close();
    runtime.close();
  }
}
