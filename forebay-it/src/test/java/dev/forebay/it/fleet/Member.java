package dev.forebay.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.cli.Main;
import dev.forebay.it.crash.Crew;
import dev.forebay.it.process.Signals;
import dev.forebay.testkit.FreePort;
import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A gateway, or a program with the library, as a process of its own that answers calls at one port;
 * it can be killed and started again.
 */
public final class Member {
  /** What takes part in a fleet. */
  enum Kind {
    GATEWAY(Main.class, "Metrics:"),
    PROGRAM(ProgramProcess.class, ProgramProcess.READY);

    private final Class<?> main;

    /** How its line begins when it answers. */
    private final String ready;

    Kind(Class<?> main, String ready) {
      this.main = main;
      this.ready = ready;
    }

    private List<String> arguments(Path config) {
      return this == GATEWAY
          ? List.of("serve", "--config", config.toString())
          : List.of(config.toString());
    }
  }

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String LATER = "\n  later: { tiers: [[free]], queue: { expireAfter: 1h } }";

  private final Kind kind;
  private final Path config;
  private final int port;
  private @Nullable Crew process;
  private CountDownLatch ready = new CountDownLatch(1);

  /**
   * A gateway; writes its configuration.
   *
   * @param server settings of {@code server} after its port, such as {@code , stateFile: x}
   * @param rest the other sections
   */
  public Member(Path folder, String name, String server, String rest) throws IOException {
    this(Kind.GATEWAY, folder, name, server, rest);
  }

  private Member(Kind kind, Path folder, String name, String server, String rest)
      throws IOException {
    this.kind = kind;
    this.port = FreePort.find();
    this.config = folder.resolve(name + ".yaml");
    Files.writeString(config, "server: { port: %d%s }%n%s".formatted(port, server, rest));
  }

  /**
   * One of a fleet.
   *
   * @param sections more sections of the configuration, or nothing
   * @param jobs whether it has a route for jobs, which no quota limits
   */
  static Member ofFleet(
      Kind kind, Path folder, String name, URI emulator, String sections, boolean jobs)
      throws IOException {
    return new Member(
        kind,
        folder,
        name,
        "",
        """
        %s
        targets:
          narrow: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous, quota: { tokensPerMinute: %d } }
          wide: { region: us-east-1, model: "amazon.nova-micro-v1:0", endpoint: "%3$s", credentials: anonymous, quota: { tokensPerMinute: 100000000 } }%6$s
        routes:
          chat: { tiers: [[narrow]], deadline: %ds }
          wide: { tiers: [[wide]], deadline: %5$ds }%7$s
        """
            .formatted(
                sections,
                Rig.NARROW,
                emulator,
                Rig.tokensPerMinute(),
                Load.DEADLINE.toSeconds(),
                jobs ? free(emulator) : "",
                jobs ? LATER : ""));
  }

  private static String free(URI emulator) {
    return "\n  free: { region: us-east-1, model: \"amazon.nova-micro-v1:0\", endpoint: \""
        + emulator
        + "\", credentials: anonymous }";
  }

  public int port() {
    return port;
  }

  public long pid() {
    if (process == null) {
      throw new IllegalStateException("it does not run");
    }
    return process.pid();
  }

  boolean isDead() {
    return process == null;
  }

  /** Starts it; {@link #awaitReady} waits until it answers. */
  public void launch() {
    CountDownLatch started = new CountDownLatch(1);
    ready = started;
    process =
        new Crew(
            kind.main,
            kind.arguments(config),
            line -> {
              if (line.startsWith(kind.ready)) {
                started.countDown();
              }
            });
  }

  public void awaitReady() {
    if (process == null) {
      throw new IllegalStateException("it does not run");
    }
    assertThat(process.isReady(ready, PATIENCE)).as(process.lastWords()).isTrue();
  }

  /** What its status page says of the store: whether it answers, and why not. */
  String store() {
    try (Http http = Http.connectingWithin(Duration.ofSeconds(1))) {
      HttpRequest request = Http.get(Http.local(port, "/api/status"));
      String body = http.text(Http.within(Duration.ofSeconds(2), request)).body();
      JsonObject cluster = new JsonObject(body).getJsonObject("cluster");
      String store = cluster.getString("store");
      return store.equals("leases") ? store : store + ": " + cluster.getString("lastFailure");
    } catch (IOException e) {
      return "no status";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "no status";
    }
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    if (process != null) {
      process.kill();
      process = null;
    }
  }

  /** SIGTERM; returns when it has ended. */
  public void terminate() throws IOException, InterruptedException {
    Signals.send(pid(), "-TERM");
    if (process != null) {
      process.awaitEnd();
      process = null;
    }
  }
}
