package dev.forebay.gateway;

import dev.forebay.bedrock.ChatBody;
import dev.forebay.bedrock.ConverseTier;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelFamily.Form;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.translate.Translation;
import dev.forebay.bedrock.translate.UntranslatableException;
import dev.forebay.config.ServiceTier;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call as one target takes it: as it came, or, for a model that could not read that,
 * translated.
 *
 * @param operation the operation that the target is asked for
 * @param headers those of the request; signing adds to them
 * @param translation the way back for the answer; null if it goes as it comes
 */
record TargetCall(
    Operation operation,
    ModelFamily family,
    String rawPath,
    MultiMap headers,
    Buffer body,
    @Nullable Translation translation) {
  /** The call for that target. */
  static TargetCall of(ModelRequest request, Upstream target) {
    TargetCall call = inFormOf(request, target);
    Optional<ServiceTier> tier = target.config().serviceTier();
    return tier.isEmpty() ? call : call.inTier(tier.get().label());
  }

  /** The same in a service tier, whatever tier the caller asked for. */
  private TargetCall inTier(String tier) {
    return switch (operation) {
      case INVOKE, INVOKE_STREAM -> {
        headers.set(ConverseTier.HEADER, tier);
        yield this;
      }
      case CONVERSE, CONVERSE_STREAM ->
          new TargetCall(
              operation,
              family,
              rawPath,
              headers,
              Buffer.buffer(ConverseTier.set(body.getBytes(), tier)),
              translation);
      case COUNT_TOKENS -> this;
    };
  }

  private static TargetCall inFormOf(ModelRequest request, Upstream target) {
    ModelPath asked = request.path();
    String model = target.model(asked);
    ModelFamily family = request.family(model);
    Translation translation = request.translation(model).orElse(null);
    Operation operation = translation == null ? asked.operation() : translation.operation();
    String rawPath = target.rawPath(operation, model);
    return translation == null
        ? new TargetCall(
            operation,
            family,
            rawPath,
            HeaderRules.forTarget(request.headers()),
            body(request, model),
            null)
        : new TargetCall(
            operation,
            family,
            rawPath,
            HeaderRules.forConverse(request.headers()),
            Buffer.buffer(translation.body()),
            translation);
  }

  /** The body as it came, unless it names another model than the path does now. */
  private static Buffer body(ModelRequest request, String model) {
    ModelPath asked = request.path();
    boolean named = request.asked().family().form() == Form.CHAT && asked.operation().invokes();
    return named && !model.equals(asked.modelId())
        ? ChatBody.withoutModel(request.body().getBytes())
            .map(Buffer::buffer)
            .orElse(request.body())
        : request.body();
  }

  /**
   * What a failure of this target says. One that refuses what a call was translated to has not
   * refused the call.
   */
  Outcome.Failure judged(Outcome.Failure failure) {
    return translation != null && failure instanceof Outcome.Rejected rejected
        ? new Outcome.Rejected(About.TARGET, rejected.error())
        : failure;
  }

  /** An answer that has no place in the form that was asked for. */
  static Outcome.Failure failure(UntranslatableException answer) {
    ErrorInfo error = new ErrorInfo(424, "ModelErrorException", answer.problem());
    return new Outcome.Failed(Fault.MODEL, error);
  }
}
