package dev.forebay.cli;

import dev.forebay.cluster.SharedQuotas;
import dev.forebay.config.ConfigException;
import dev.forebay.config.ConfigWatch;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import dev.forebay.config.ServerConfig;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.diagnosis.ConfigWarnings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a running gateway at what its configuration file says: a valid change is applied, an
 * invalid one reported and ignored.
 */
public final class LiveConfig {
  private static final Logger log = LoggerFactory.getLogger(LiveConfig.class);
  private static final long POLL_MS = 500;

  private final ConfigWatch watch;
  private final GatewayConfig started;
  private final ServerConfig address;
  private final Gateway gateway;
  private final TelemetryAssembly watching;
  private final Optional<SharedQuotas> quotas;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean stopped;

  /**
   * What the file has from now on is for this gateway.
   *
   * @param started what the file said at the start
   * @param address where the gateway listens, whatever the file says
   * @param watching gets each target of a configuration before calls go there
   * @param quotas shares the quotas of the configuration in force
   */
  public LiveConfig(
      ConfigWatch watch,
      GatewayConfig started,
      ServerConfig address,
      Gateway gateway,
      TelemetryAssembly watching,
      Optional<SharedQuotas> quotas) {
    this.watch = watch;
    this.started = started;
    this.address = address;
    this.gateway = gateway;
    this.watching = watching;
    this.quotas = quotas;
  }

  /** Looks at the file twice a second from now on. */
  public void start(Vertx vertx) {
    vertx.setPeriodic(POLL_MS, id -> Thread.startVirtualThread(this::pollUnlessBusy));
  }

  /** A gateway that drains keeps its configuration, whatever becomes of the file. */
  void stop() {
    stopped = true;
  }

  private void pollUnlessBusy() {
    if (!stopped && busy.compareAndSet(false, true)) {
      poll()
          .onFailure(failed -> log.error("The configuration could not be loaded", failed))
          .onComplete(done -> busy.set(false));
    }
  }

  private Future<Void> poll() {
    try {
      return watch.poll().map(this::take).orElseGet(Future::succeededFuture);
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Void> take(ConfigWatch.News news) {
    return switch (news) {
      case ConfigWatch.News.Changed changed -> apply(changed.config());
      case ConfigWatch.News.Refused refused -> refuse(refused.why());
    };
  }

  private Future<Void> apply(GatewayConfig changed) {
    GatewayConfig here;
    try {
      here = changed.listeningOn(changed.server().at(address.host(), address.port()));
    } catch (IllegalArgumentException e) {
      return refuse(List.of(String.valueOf(e.getMessage())));
    }
    for (Problem warning : ConfigWarnings.of(changed)) {
      log.warn("{}", warning);
    }
    List<String> untilRestart = changed.beyondReload(started);
    if (!untilRestart.isEmpty()) {
      log.warn("These changes need a restart: {}", untilRestart);
    }
    watching.watch(here.targets().values());
    return gateway
        .reload(here, untilRestart)
        .onSuccess(
            applied -> {
              watching.configReloaded(true);
              watching.watchOnly(here.targets().values());
              quotas.ifPresent(shared -> shared.share(here.targets().values()));
              log.info(
                  "The changed configuration is in force (routes: {}, targets: {})",
                  here.routes().size(),
                  here.targets().size());
            })
        .recover(failed -> refuse(List.of("It cannot be applied: " + failed.getMessage())));
  }

  private Future<Void> refuse(ConfigException why) {
    return refuse(why.problems().stream().map(Problem::toString).toList());
  }

  private Future<Void> refuse(List<String> problems) {
    gateway.reloadRefused(problems);
    watching.configReloaded(false);
    log.error(
        "The changed configuration is not valid, the one before stays in force: {}",
        String.join("\n", problems));
    return Future.succeededFuture();
  }
}
