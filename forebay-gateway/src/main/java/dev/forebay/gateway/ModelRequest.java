package dev.forebay.gateway;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.bedrock.translate.CallAdapter;
import dev.forebay.bedrock.translate.Translation;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model call as it came in.
 *
 * @param asked the model that the caller counts on
 * @param adapter fits it to other models than the one it was made for; null where its route has
 *     none
 */
record ModelRequest(
    ModelPath path,
    MultiMap headers,
    Buffer body,
    AskedModel asked,
    @Nullable CallAdapter adapter) {
  /** A call on that route, whose body was found to be well-formed. */
  static ModelRequest of(
      ModelPath path,
      MultiMap headers,
      Buffer body,
      RouteTable.Entry route,
      RequestFacts.Read facts) {
    CallAdapter adapter =
        route.others().isEmpty()
            ? null
            : new CallAdapter(path.operation(), route.asked(), body::getBytes, headers::get, facts);
    return new ModelRequest(path, headers, body, route.asked(), adapter);
  }

  /** The family of that model. */
  ModelFamily family(String model) {
    return asked.families().of(model);
  }

  /** Why the model cannot serve the call, null if it can. */
  @Nullable String objection(String model) {
    return adapter == null ? null : adapter.objection(model);
  }

  /** How to call that model instead, if it cannot read the body as it is. */
  Optional<Translation> translation(String model) {
    return adapter == null ? Optional.empty() : adapter.translation(model);
  }
}
