package dev.forebay.emulator;

import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes statistics as JSON, each component under its own name. */
final class StatsWriter {
  private StatsWriter() {}

  static ObjectNode json(Stats stats) {
    ObjectNode out = Json.object().put("nowMs", stats.nowMs());
    out.set("total", counts(stats.total()));
    each(out.putObject("models"), stats.models());
    each(out.putObject("operations"), stats.operations());
    ArrayNode recent = out.putArray("recent");
    stats.recent().forEach(request -> recent.add(request(request)));
    return out;
  }

  private static void each(ObjectNode out, Map<String, Counts> all) {
    all.forEach((name, counts) -> out.set(name, counts(counts)));
  }

  private static ObjectNode counts(Counts counts) {
    ObjectNode out = Json.object().put("arrived", counts.arrived()).put("ok", counts.ok());
    ObjectNode errors = out.putObject("errors");
    counts.errors().forEach(errors::put);
    return out.put("streamsBegun", counts.streamsBegun())
        .put("streamsCompleted", counts.streamsCompleted())
        .put("streamsAborted", counts.streamsAborted())
        .put("inFlight", counts.inFlight())
        .put("tokensIn", counts.tokensIn())
        .put("tokensOut", counts.tokensOut())
        .put("throttledByQuota", counts.throttledByQuota());
  }

  private static ObjectNode request(RequestRecord request) {
    ObjectNode out =
        Json.object()
            .put("sequence", request.sequence())
            .put("arrivedMs", request.arrivedMs())
            .put("model", request.model())
            .put("operation", request.operation())
            .put("status", request.status())
            .put("outcome", request.outcome())
            .put("maxTokens", request.maxTokens());
    ArrayNode headers = out.putArray("headers");
    request.headers().forEach(headers::add);
    return out.put("authScheme", request.authScheme())
        .put("accessKeyId", request.accessKeyId())
        .put("region", request.region())
        .put("sdkRequest", request.sdkRequest())
        .put("httpVersion", request.httpVersion())
        .put("clientLeftAtMs", request.clientLeftAtMs());
  }
}
