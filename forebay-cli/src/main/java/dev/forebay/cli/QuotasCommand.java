package dev.forebay.cli;

import dev.forebay.config.GatewayConfig;
import dev.forebay.gateway.diagnosis.AppliedQuotas;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the quotas that apply to targets, as lines of the configuration. */
@Command(
    name = "quotas",
    description =
        "Asks Service Quotas what applies to each target, and prints it as lines of the"
            + " configuration. Needs the permission servicequotas:ListServiceQuotas. Exit code 1"
            + " if a target's quota was not found.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class QuotasCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The configuration.")
  private Path config = Path.of("forebay.yaml");

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "Where Service Quotas answers; that of each target's region by default.")
  private @Nullable String endpoint;

  @Override
  public Integer call() {
    GatewayConfig read = Configs.load(config);
    Optional<URI> other =
        Optional.ofNullable(endpoint).map(url -> GatewayAddress.of("--endpoint", url));
    Vertx vertx = Lifetime.vertx();
    try {
      List<AppliedQuotas.Result> results =
          Lifetime.started(AppliedQuotas.of(read, other, PATIENCE, vertx), "Reading quotas");
      print(results, spec.commandLine().getOut());
      return results.stream().allMatch(result -> result.problem().isEmpty())
          ? ExitCode.OK
          : ExitCode.SOFTWARE;
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static void print(List<AppliedQuotas.Result> results, PrintWriter out) {
    out.println("targets:");
    for (AppliedQuotas.Result result : results) {
      out.printf("  %s:   # %s, %s%n", result.target(), result.region(), result.model());
      List<String> keys = new ArrayList<>();
      result.requestsPerMinute().ifPresent(number -> keys.add("requestsPerMinute: " + number));
      result.tokensPerMinute().ifPresent(number -> keys.add("tokensPerMinute: " + number));
      out.println(
          result
              .problem()
              .map(why -> "    # quota not found: " + why)
              .orElseGet(() -> "    quota: { " + String.join(", ", keys) + " }"));
    }
    out.flush();
  }
}
