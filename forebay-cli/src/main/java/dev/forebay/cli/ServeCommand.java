package dev.forebay.cli;

import dev.forebay.cluster.SharedQuotas;
import dev.forebay.config.ClusterConfig;
import dev.forebay.config.ConfigWatch;
import dev.forebay.config.GatewayConfig;
import dev.forebay.config.Problem;
import dev.forebay.config.ServerConfig;
import dev.forebay.core.Seam;
import dev.forebay.core.Ticker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.diagnosis.ConfigWarnings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the gateway, with an emulator behind it if no configuration names anything else. */
@Command(
    name = "serve",
    description =
        "Runs the gateway. Without a configuration an emulated Bedrock answers behind it.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  private static final Path SYSTEM_NAME = Path.of("/proc/sys/kernel/hostname");
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);
  private static final Duration DRAIN = Duration.ofSeconds(30);

  /** What telemetry and the rest may take after that. */
  private static final Duration FLUSH = Duration.ofSeconds(30);

  /** As often as CloudWatch keeps a value apart. */
  private static final Duration POSTS = Duration.ofMinutes(1);

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration.")
  private @Nullable Path config;

  @Option(
      names = "--host",
      description = "The address to listen on; the configuration's by default.")
  private @Nullable String host;

  @Option(names = "--port", description = "The port; the configuration's by default, else 8480.")
  private @Nullable Integer port;

  /** For picocli, which sets the rest. */
  ServeCommand() {}

  ServeCommand(@Nullable Path config, @Nullable String host, @Nullable Integer port) {
    this.config = config;
    this.host = host;
    this.port = port;
  }

  @Override
  public Integer call() {
    return serve(
        spec == null
            ? new PrintWriter(new OutputStreamWriter(System.out, System.out.charset()), true)
            : spec.commandLine().getOut());
  }

  /** Serves until the end, and says so there. */
  int serve(PrintWriter out) {
    if (port != null && (port < 0 || port > 65_535)) {
      throw new UsageException("--port must be 0 to 65535, was " + port);
    }
    JulBridge.install();
    Vertx vertx = Lifetime.vertx();
    Path file = config;
    Optional<Path> temporary =
        file == null ? Optional.of(OpenJobs.temporaryFolder()) : Optional.empty();
    ConfigWatch.Opened watched = file == null ? null : Configs.watch(file);
    GatewayConfig loaded =
        watched == null
            ? EmulatedBedrock.start(vertx, temporary.orElseThrow(), out)
            : watched.config();
    if (watched != null) {
      for (Problem warning : ConfigWarnings.of(loaded)) {
        log.warn("{}", warning);
      }
    }
    GatewayConfig effective = withOptions(loaded);
    Journeys journeys = new Journeys();
    Ticker ticker = Ticker.system();
    Optional<StateFile> state =
        stateFile(effective, System.getenv("STATE_DIRECTORY"))
            .map(path -> new StateFile(path, journeys, ticker));
    state.ifPresent(StateFile::load);
    Optional<SharedQuotas> quotas =
        effective
            .cluster()
            .map(cluster -> cluster.withMembers(assumed(cluster, state)))
            .map(cluster -> join(cluster, effective, journeys.targets(), ticker));
    state.ifPresent(
        kept -> quotas.ifPresent(shared -> kept.keepMembers(() -> shared.reading().members())));
    OpenJobs jobs = OpenJobs.open(effective, temporary);
    TelemetryAssembly watching =
        new TelemetryAssembly(effective, journeys, ticker, POSTS, System.out);
    // Calls may arrive as soon as the gateway listens, and so may a signal.
    return Lifetime.serve(
        () -> {
          Gateway gateway =
              Lifetime.started(
                  Gateway.start(
                      effective,
                      new Gateway.Surroundings(
                          journeys,
                          watching.listener(),
                          watching.tracing(),
                          watching.page(),
                          ticker,
                          random()),
                      jobs.store(),
                      vertx),
                  "Cannot listen on %s:%d"
                      .formatted(effective.server().host(), effective.server().port()));
          watching.watch(gateway);
          quotas.ifPresent(
              shared -> {
                gateway.watch(shared::watched);
                watching.watchCluster(shared::reading);
                gateway.share(shared.answers());
                watching.watchAnswers(shared.answers()::reading);
                if (effective.sharesAnswers()) {
                  shared.prepareAnswers();
                }
              });
          gateway.queue().ifPresent(watching::watch);
          watching.watch(gateway.callers());
          Optional<LiveConfig> live =
              Optional.ofNullable(watched)
                  .map(
                      opened ->
                          new LiveConfig(
                              opened.watch(),
                              loaded,
                              effective.server(),
                              gateway,
                              watching,
                              quotas));
          live.ifPresent(kept -> kept.start(vertx));
          state.ifPresent(kept -> kept.start(vertx));
          DrainedQueues queues = DrainedQueues.start(effective, gateway);
          watching.watch(queues);
          announce(out, effective, gateway);
          return () -> {
            live.ifPresent(LiveConfig::stop);
            Future<Void> returned = queues.drain();
            return gateway
                .drain(DRAIN)
                .compose(all -> returned.map(all))
                .compose(all -> vertx.executeBlocking(() -> flushed(watching, state, quotas, all)))
                .compose(all -> jobs.close().transform(closed -> vertx.close()).map(all));
          };
        },
        DRAIN.plus(FLUSH));
  }

  private static boolean flushed(
      TelemetryAssembly watching,
      Optional<StateFile> state,
      Optional<SharedQuotas> quotas,
      boolean all) {
    quotas.ifPresent(SharedQuotas::close);
    state.ifPresent(StateFile::save);
    watching.close();
    return all;
  }

  /** How many gateways share quotas, as long as the store has not said. */
  private static int assumed(ClusterConfig cluster, Optional<StateFile> state) {
    OptionalInt known = state.map(StateFile::members).orElse(OptionalInt.empty());
    return known.orElse(cluster.members());
  }

  /**
   * What operators know this process by: the host that {@code HOSTNAME} names, which shells and
   * containers have and a service manager may not have, else the system's own name, else the
   * address that it listens on.
   */
  static String member(@Nullable String hostname, Path systemName, GatewayConfig config) {
    String host =
        Stream.of(Optional.ofNullable(hostname), firstLine(systemName))
            .flatMap(Optional::stream)
            .filter(each -> !each.isBlank())
            .findFirst()
            .orElse(config.server().host());
    return host + ":" + config.server().port();
  }

  private static Optional<String> firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst();
    } catch (IOException e) {
      // Not Linux.
      return Optional.empty();
    }
  }

  private static SharedQuotas join(
      ClusterConfig cluster, GatewayConfig config, TargetRegistry targets, Ticker ticker) {
    String name = member(System.getenv("HOSTNAME"), SYSTEM_NAME, config);
    try {
      return SharedQuotas.join(cluster, name, config.targets().values(), targets, ticker);
    } catch (IllegalArgumentException e) {
      throw new UsageException("cluster.url is no address of a store: " + e.getMessage());
    }
  }

  /**
   * Where what was learned is kept: where the configuration says, else in the first folder that the
   * service manager made for the gateway's state. Without either nothing is written.
   */
  static Optional<Path> stateFile(GatewayConfig config, @Nullable String stateDirectory) {
    Optional<Path> folder =
        stateDirectory == null || stateDirectory.isBlank()
            ? Optional.empty()
            : Optional.of(Path.of(stateDirectory.split(":", 2)[0]));
    return config
        .server()
        .stateFile()
        .map(Path::of)
        .or(() -> folder.map(inside -> inside.resolve("state.json")));
  }

  private GatewayConfig withOptions(GatewayConfig loaded) {
    ServerConfig server = loaded.server();
    try {
      return loaded.listeningOn(
          server.at(host == null ? server.host() : host, port == null ? server.port() : port));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static void announce(PrintWriter out, GatewayConfig config, Gateway gateway) {
    String scheme = config.server().tls().isPresent() ? "https://" : "http://";
    URI endpoint = URI.create(scheme + inUri(config.server().host()) + ":" + gateway.port());
    out.printf(
        """
        Forebay %s listens on %s

        Try it:
          %s

        Point any AWS SDK here: AWS_ENDPOINT_URL_BEDROCK_RUNTIME=%2$s
        Dashboard: %2$s/dashboard
        Metrics: %2$s/metrics
        """,
        Version.number(), endpoint, Curl.converse(endpoint, anyModel(config)));
    out.flush();
  }

  private static String anyModel(GatewayConfig config) {
    return config.routes().keySet().stream()
        .filter(name -> !name.equals(GatewayConfig.ANY_MODEL))
        .findFirst()
        .orElse("amazon.nova-lite-v1:0");
  }

  private static String inUri(String host) {
    return host.contains(":") ? "[" + host + "]" : host;
  }

  @Seam("a process draws its own jitter")
  private static SplittableGenerator random() {
    return new SplittableRandom(new SecureRandom().nextLong());
  }
}
