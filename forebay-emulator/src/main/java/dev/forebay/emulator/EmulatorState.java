package dev.forebay.emulator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;

/** Everything that a running emulator remembers. Confined to one event loop. */
final class EmulatorState {
  private final EmulatorConfig config;
  private final Timeline timeline;
  private final Vertx vertx;
  private Bedrock bedrock;
  private RequestLog requestLog = new RequestLog();

  EmulatorState(EmulatorConfig config, Vertx vertx) {
    this.config = config;
    this.timeline = new Timeline(config.speed());
    this.vertx = vertx;
    this.bedrock = new Bedrock(config, config.faults());
  }

  List<Fault> faults() {
    return bedrock.faults();
  }

  void faults(List<Fault> faults) {
    bedrock.faults(faults);
  }

  Stats stats() {
    return requestLog.snapshot(timeline.now());
  }

  Map<String, Counts> models() {
    return requestLog.models();
  }

  /** Requests under way go on with the log and quotas that they began with. */
  void reset() {
    timeline.restart();
    bedrock = new Bedrock(config, List.of());
    requestLog = new RequestLog();
  }

  void serve(Call call, HttpServerRequest request) {
    new Exchange(call, request, bedrock, requestLog, timeline, vertx).begin();
  }

  void unknown(HttpServerRequest request) {
    AwsError error = ErrorType.UNKNOWN_OPERATION.usual();
    Body.read(
        request,
        Bedrock.MAX_BODY_BYTES,
        body -> {
          Script script = new FaultAnswer("none").error(error);
          if (!request.response().closed()
              && script.steps().getFirst().act() instanceof WireAction.Whole whole) {
            new Wire(request, timeline).whole(whole.status(), whole.headers(), whole.body());
          }
        });
  }
}
