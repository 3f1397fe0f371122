package dev.forebay.it.fleet;

import dev.forebay.client.Forebay;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.FleetReading;
import dev.forebay.it.Calls;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;

/**
 * A program with the library: a web application that makes a call of Bedrock for each request, by
 * the AWS SDK's client on a virtual thread, and answers with its status.
 */
public final class ProgramProcess {
  /** Its line when it answers. */
  static final String READY = "ready";

  private static final int FAILED = 500;

  private final Forebay forebay;
  private final BedrockRuntimeClient client;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  private ProgramProcess(GatewayConfig config) {
    forebay = Forebay.builder().config(config).build();
    client = forebay.bedrockRuntime();
  }

  /** Runs until it is killed. The one argument is the configuration's file. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    GatewayConfig config =
        ConfigFile.parse(Files.readString(file), file.toString(), System.getenv());
    ProgramProcess program = new ProgramProcess(config);
    Vertx.vertx()
        .createHttpServer()
        .requestHandler(program::answer)
        .listen(config.server().port(), "127.0.0.1")
        .onSuccess(server -> System.out.println(READY))
        .onFailure(
            failure -> {
              System.err.println(failure);
              System.exit(1);
            });
  }

  private void answer(HttpServerRequest request) {
    String path = Objects.requireNonNullElse(request.path(), "");
    if (path.equals("/api/status")) {
      request.response().end(status().encode());
      return;
    }
    // /model/ROUTE/converse, as at a gateway
    String route = path.split("/", 4)[2];
    request
        .body()
        .onSuccess(
            body -> callers.execute(() -> request.response().setStatusCode(call(route)).end()));
  }

  private JsonObject status() {
    Optional<FleetReading> cluster = forebay.cluster();
    return new JsonObject()
        .put(
            "cluster",
            cluster
                .map(
                    now ->
                        new JsonObject()
                            .put("store", now.store().label())
                            .put("lastFailure", now.lastFailure()))
                .orElse(null));
  }

  private int call(String route) {
    try {
      client.converse(
          call ->
              call.modelId(route)
                  .messages(Calls.userSays(Load.PROMPT))
                  .inferenceConfig(most -> most.maxTokens(Load.OUTPUT_TOKENS)));
      return 200;
    } catch (AwsServiceException refused) {
      return refused.statusCode();
    } catch (SdkException failed) {
      System.err.println(failed);
      return FAILED;
    }
  }
}
