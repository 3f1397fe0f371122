package dev.forebay.cli;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** The durable queue of a running gateway. */
@Command(
    name = "jobs",
    description = "Lists, shows, cancels and redrives the jobs of a running gateway.",
    mixinStandardHelpOptions = true)
final class JobsCommand implements Runnable {
  private static final String ROW = "%-26s  %-9s  %8s  %-20s  %-16s  %-30s  %s%n";

  @Spec private CommandSpec spec;

  /** Which gateway, and with which key. */
  static final class Gateway {
    @Option(
        names = "--url",
        defaultValue = "http://127.0.0.1:8480",
        description = "The gateway's address; ${DEFAULT-VALUE} by default.")
    private String url = "http://127.0.0.1:8480";

    @Option(
        names = "--key",
        description = "A key's secret; the environment variable FOREBAY_KEY by default.")
    private @Nullable String key;

    JobsApi api() {
      Optional<String> given = Optional.ofNullable(key);
      return new JobsApi(
          GatewayAddress.of(url),
          given.or(() -> Optional.ofNullable(System.getenv("FOREBAY_KEY"))));
    }
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do: list, show, cancel or redrive.");
  }

  @Command(
      name = "list",
      description = "Lists jobs, the newest first.",
      mixinStandardHelpOptions = true)
  void list(
      @Mixin Gateway gateway,
      @Option(names = "--state", description = "Only those in that state, such as failed.")
          @Nullable String state,
      @Option(
              names = "--limit",
              defaultValue = "50",
              description = "How many; ${DEFAULT-VALUE} by default.")
          int limit,
      @Option(names = "--cursor", description = "Those after an earlier page.")
          @Nullable String cursor) {
    JsonNode page =
        gateway.api().get("/jobs?limit=" + limit + query("state", state) + query("cursor", cursor));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(ROW, "ID", "STATE", "ATTEMPTS", "CREATED", "KEY", "MODEL", "REASON");
    page.path("jobs").forEach(job -> row(out, job));
    String next = page.path("next").asString("");
    if (!next.isEmpty()) {
      out.println("More: --cursor " + next);
    }
  }

  private static String query(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static void row(PrintWriter out, JsonNode job) {
    out.printf(
        ROW,
        text(job, "id"),
        text(job, "state"),
        text(job, "attempts"),
        text(job, "created").replaceFirst("\\.\\d+Z$", "Z"),
        text(job, "key"),
        text(job, "model"),
        text(job, "reason"));
  }

  private static String text(JsonNode job, String field) {
    return job.path(field).asString("");
  }

  @Command(name = "show", description = "Shows a job.", mixinStandardHelpOptions = true)
  void show(@Mixin Gateway gateway, @Parameters(paramLabel = "ID") String id) {
    print(gateway.api().get(path(id)));
  }

  @Command(
      name = "cancel",
      description = "Cancels a job that has not ended.",
      mixinStandardHelpOptions = true)
  void cancel(@Mixin Gateway gateway, @Parameters(paramLabel = "ID") String id) {
    print(gateway.api().delete(path(id)));
  }

  @Command(
      name = "redrive",
      description = "Queues a dead letter again; for operators.",
      mixinStandardHelpOptions = true)
  void redrive(@Mixin Gateway gateway, @Parameters(paramLabel = "ID") String id) {
    print(gateway.api().post(path(id) + "/redrive"));
  }

  private static String path(String id) {
    return "/jobs/" + URLEncoder.encode(id, StandardCharsets.UTF_8);
  }

  private void print(JsonNode job) {
    PrintWriter out = spec.commandLine().getOut();
    job.properties()
        .forEach(field -> out.printf("%-12s%s%n", field.getKey(), field.getValue().asString("")));
  }
}
