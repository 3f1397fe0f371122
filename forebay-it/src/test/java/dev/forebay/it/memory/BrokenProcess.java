package dev.forebay.it.memory;

import dev.forebay.config.ConfigFile;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.admin.MetricsPage;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A program with a gateway in it, started without any option for the case that memory runs out;
 * each call meets an error that the argument names.
 */
final class BrokenProcess {
  private BrokenProcess() {}

  /** Arguments: what is thrown, the upstream. */
  public static void main(String[] args) throws Exception {
    JourneyListener broken =
        (journey, event) -> {
          if (event instanceof JourneyEvent.Sent) {
            throw args[0].equals("memory")
                ? new OutOfMemoryError("made up")
                : new StackOverflowError("made up");
          }
        };
    Gateway gateway =
        Gateway.start(
                ConfigFile.parse(
                    """
                    server: { port: 0 }
                    targets:
                      one: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: "%s", credentials: anonymous }
                    routes:
                      chat: { tiers: [[one]] }
                    """
                        .formatted(args[1]),
                    "broken.yaml",
                    Map.of()),
                new Gateway.Surroundings(
                    new Journeys(),
                    broken,
                    CallTracing.NONE,
                    accept ->
                        new MetricsPage.Page("text/plain", "".getBytes(StandardCharsets.UTF_8)),
                    Ticker.system(),
                    new SplittableRandom(1)),
                Vertx.vertx())
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    System.out.println("listens on http://127.0.0.1:" + gateway.port());
  }
}
