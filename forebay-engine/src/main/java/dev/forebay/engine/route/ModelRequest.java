package dev.forebay.engine.route;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.translate.AdaptedBody;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.bedrock.translate.CallAdapter;
import dev.forebay.bedrock.translate.MissingFeatures;
import dev.forebay.bedrock.translate.Translation;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.engine.Headers;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model call as it came in.
 *
 * @param asked the model that the caller counts on
 * @param adapter fits it to other models than the one it was made for; null where its route has
 *     none
 * @param fallbackOn the flaws of an answer for which its route wants another
 * @param ofAnyModel whether its route stands for any model, so that the id is the caller's own
 */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
public record ModelRequest(
    ModelPath path,
    Headers headers,
    byte[] body,
    AskedModel asked,
    @Nullable CallAdapter adapter,
    Set<Flaw> fallbackOn,
    boolean ofAnyModel) {
  /** A call on that route, whose body was found to be well-formed. */
  public static ModelRequest of(
      ModelPath path,
      Headers headers,
      byte[] body,
      RouteTable.Entry route,
      RequestFacts.Read facts,
      MissingFeatures adaptations) {
    CallAdapter adapter =
        route.others().isEmpty()
            ? null
            : new CallAdapter(
                path.operation(),
                route.asked(),
                () -> body,
                headers::get,
                facts,
                route.adaptationSettings(adaptations));
    boolean ofAnyModel = route.route().name().equals(GatewayConfig.ANY_MODEL);
    return new ModelRequest(
        path, headers, body, route.asked(), adapter, route.config().fallbackOn(), ofAnyModel);
  }

  /** The family of that model. */
  public ModelFamily family(String model) {
    return asked.families().of(model);
  }

  /** Why the model cannot serve the call, null if it can. */
  public @Nullable String objection(String model) {
    return adapter == null ? null : adapter.objection(model);
  }

  /**
   * The body for a model that reads it as it is but lacks something; empty if it gets it as it
   * came.
   */
  public Optional<AdaptedBody> adapted(String model) {
    return adapter == null ? Optional.empty() : adapter.adapted(model);
  }

  /** Whether the call is another one for that model, now that it has refused it. */
  public boolean repair(String model, ErrorInfo refusal) {
    return adapter != null && adapter.repair(model, refusal.status(), refusal.message());
  }

  /** That model has answered. */
  public void answered(String model) {
    if (adapter != null) {
      adapter.answered(model);
    }
  }

  /** How to call that model instead, if it cannot read the body as it is. */
  public Optional<Translation> translation(String model) {
    return adapter == null ? Optional.empty() : adapter.translation(model);
  }
}
