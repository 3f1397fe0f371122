package dev.forebay.gateway;

import dev.forebay.config.GatewayConfig;
import dev.forebay.core.Ticker;
import dev.forebay.gateway.admin.DashboardFiles;
import dev.forebay.gateway.admin.EventFeed;
import dev.forebay.gateway.admin.StatusPage;
import dev.forebay.gateway.call.Shared;
import dev.forebay.gateway.jobs.JobDesk;
import dev.forebay.gateway.reuse.AnswerCache;
import dev.forebay.gateway.reuse.AnswerReuse;
import dev.forebay.gateway.reuse.KeyedCalls;
import dev.forebay.jobs.JobStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is made of, besides its event loops. Thread-safe.
 *
 * @param desk where calls are left for later; null where there is no queue
 */
record Parts(
    Shared shared,
    AnswerReuse reuse,
    KeyedCalls keyed,
    @Nullable JobDesk desk,
    StatusPage status,
    EventFeed feed,
    DashboardFiles dashboard) {
  static Parts of(
      GatewayConfig config,
      Gateway.Surroundings surroundings,
      Optional<JobStore> store,
      Vertx vertx) {
    Ticker ticker = surroundings.ticker();
    Shared shared =
        new Shared(
            config,
            surroundings.journeys(),
            surroundings.listener(),
            surroundings.tracing(),
            ticker,
            vertx);
    AnswerCache cache = AnswerCache.ofHeap(ticker);
    KeyedCalls keyed = KeyedCalls.ofHeap(ticker);
    JobDesk desk = store.map(jobs -> JobDesk.over(jobs, shared, vertx)).orElse(null);
    if (desk != null) {
      shared.open(desk);
    }
    StatusPage status = new StatusPage(shared, cache, keyed, desk);
    return new Parts(
        shared,
        new AnswerReuse(cache),
        keyed,
        desk,
        status,
        new EventFeed(shared.live(), status::state),
        new DashboardFiles());
  }

  /** Begins to drain the queue and to feed viewers, once there are loops to make calls. */
  void start() {
    if (desk != null) {
      desk.workshop().start(shared.setup().config());
    }
    feed.start();
  }

  /** Gives the jobs under way back, after that time; completes when none is left. */
  Future<Void> drainJobs(Duration grace) {
    return desk == null
        ? Future.succeededFuture()
        : Future.fromCompletionStage(desk.workshop().drain(grace));
  }

  void close() {
    feed.close();
    shared.close();
  }
}
