package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The emulator's own interface: faults, statistics, reset. */
final class AdminPages {
  private static final int MAX_BODY_BYTES = 1_000_000;

  private final EmulatorState state;

  AdminPages(EmulatorState state) {
    this.state = state;
  }

  void serve(String page, HttpServerRequest request) {
    Body.read(
        request,
        MAX_BODY_BYTES,
        body -> {
          if (!request.response().closed()) {
            answer(request.method().name() + " " + page, body, request);
          }
        });
  }

  private void answer(String call, @Nullable Buffer body, HttpServerRequest request) {
    switch (call) {
      case "GET faults" -> send(request, 200, FaultWriter.json(state.faults()));
      case "POST faults" -> replaceFaults(body, request);
      case "DELETE faults" -> {
        state.faults(List.of());
        send(request, 200, Json.array());
      }
      case "GET stats" -> send(request, 200, StatsWriter.json(state.stats()));
      case "POST reset" -> {
        state.reset();
        send(request, 200, Json.object().put("reset", true));
      }
      default -> refuse(request, 404, "no such page: " + call);
    }
  }

  private void replaceFaults(@Nullable Buffer body, HttpServerRequest request) {
    if (body == null) {
      refuse(request, 413, "the fault script is longer than " + MAX_BODY_BYTES + " bytes");
      return;
    }
    try {
      state.faults(Fault.parse(body.toString(StandardCharsets.UTF_8)));
      send(request, 200, FaultWriter.json(state.faults()));
    } catch (ConfigException e) {
      refuse(request, 400, String.valueOf(e.getMessage()));
    }
  }

  private static void refuse(HttpServerRequest request, int status, String message) {
    send(request, status, Json.object().put("message", message));
  }

  private static void send(HttpServerRequest request, int status, JsonNode body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(Json.bytes(body));
  }
}
