package dev.forebay.engine.pipeline;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.bedrock.translate.MissingFeatures;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Priority;
import dev.forebay.engine.Headers;
import dev.forebay.engine.http.CallHeaders;
import dev.forebay.engine.http.IdempotencyKey;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.route.RouteTable;
import java.time.Duration;
import java.util.Optional;

/** Reads a model call from its request, or says what is wrong with it. */
public final class CallReader {
  /** What came of it. */
  public sealed interface Result {}

  /**
   * A call.
   *
   * @param patience the deadline that the caller names, or that of its route
   * @param priority the class that the caller names, or the standard one
   */
  public record Read(
      ModelRequest asked, RequestFacts.Read facts, Duration patience, Priority priority)
      implements Result {}

  /** A request that no target would take. */
  public record Malformed(ErrorInfo error) implements Result {}

  private CallReader() {}

  /**
   * Reads a call.
   *
   * @param missing what models turned out to lack
   */
  public static Result read(
      ModelPath path,
      Headers headers,
      byte[] body,
      RouteTable.Entry route,
      MissingFeatures missing) {
    Optional<Duration> patience = CallHeaders.deadline(headers::get);
    if (patience.isEmpty()) {
      return new Malformed(CallHeaders.BAD_DEADLINE);
    }
    Optional<Priority> priority = CallHeaders.priority(headers::get);
    if (priority.isEmpty()) {
      return new Malformed(CallHeaders.BAD_PRIORITY);
    }
    ErrorInfo badKey = IdempotencyKey.objection(headers);
    if (badKey != null) {
      return new Malformed(badKey);
    }
    AskedModel model = route.asked();
    return switch (RequestFacts.read(path.operation(), model.family(), model.baseId(), body)) {
      case RequestFacts.Malformed malformed -> new Malformed(malformed.error());
      case RequestFacts.Read facts ->
          new Read(
              ModelRequest.of(path, headers, body, route, facts, missing),
              facts,
              patience.get(),
              priority.get());
    };
  }
}
