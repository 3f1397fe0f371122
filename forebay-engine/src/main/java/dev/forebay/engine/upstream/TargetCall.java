package dev.forebay.engine.upstream;

import dev.forebay.bedrock.ChatBody;
import dev.forebay.bedrock.ConverseTier;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelFamily.Form;
import dev.forebay.bedrock.ModelPath;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RefusalReason;
import dev.forebay.bedrock.translate.Adaptation;
import dev.forebay.bedrock.translate.AdaptedBody;
import dev.forebay.bedrock.translate.Translation;
import dev.forebay.bedrock.translate.UntranslatableException;
import dev.forebay.config.ServiceTier;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Flaw;
import dev.forebay.core.Outcome;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.TokenUsage;
import dev.forebay.engine.Headers;
import dev.forebay.engine.Transport;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.route.ModelRequest;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call as one target takes it: as it came, or, for a model that could not read that,
 * translated.
 *
 * @param operation the operation that the target is asked for
 * @param headers those of the request; signing adds to them
 * @param translation the way back for the answer; null if it goes as it comes
 * @param request the call as it came
 * @param adaptations what was changed so that the model takes it, beyond the form
 */
// Not compared.
@SuppressWarnings("ArrayRecordComponent")
public record TargetCall(
    Operation operation,
    ModelFamily family,
    String uri,
    Headers headers,
    byte[] body,
    @Nullable Translation translation,
    ModelRequest request,
    String model,
    Set<Adaptation> adaptations)
    implements AttemptRequest {
  /** The call for that target. */
  public static TargetCall of(ModelRequest request, Upstream target) {
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
              uri,
              headers,
              ConverseTier.set(body, tier),
              translation,
              request,
              model,
              adaptations);
      case COUNT_TOKENS -> this;
    };
  }

  private static TargetCall inFormOf(ModelRequest request, Upstream target) {
    ModelPath asked = request.path();
    String model = target.model(asked);
    ModelFamily family = request.family(model);
    Translation translation = request.translation(model).orElse(null);
    Operation operation = translation == null ? asked.operation() : translation.operation();
    String uri = target.rawPath(operation, model);
    AdaptedBody adapted = translation == null ? request.adapted(model).orElse(null) : null;
    Set<Adaptation> adaptations = adapted == null ? Set.of() : adapted.adaptations();
    return translation == null
        ? new TargetCall(
            operation,
            family,
            uri,
            HeaderRules.without(
                adaptations,
                HeaderRules.forTarget(request.headers(), target.config().wire().forwardHeaders())),
            body(request, model, adapted == null ? request.body() : adapted.body()),
            null,
            request,
            model,
            adaptations)
        : new TargetCall(
            operation,
            family,
            uri,
            HeaderRules.forConverse(request.headers(), target.config().wire().forwardHeaders()),
            translation.body(),
            translation,
            request,
            model,
            translation.adaptations());
  }

  @Override
  public String method() {
    return "POST";
  }

  /** A model call has no effect but its cost. */
  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public BodyReader reader(UpstreamAttempt attempt, Transport.Head head, long announced) {
    String type = head.headers().get(Headers.CONTENT_TYPE);
    boolean stream = type != null && type.startsWith(UpstreamAttempt.EVENT_STREAM);
    if (stream && head.status() == 200 && operation.streaming()) {
      return new StreamBody(attempt, this, head.headers());
    }
    return WholeBody.read(attempt, new ModelAnswer(this), head, announced);
  }

  /** The answer is whole. Whether one with a flaw, if any, is still the outcome. */
  Outcome answered(UpstreamAttempt attempt, @Nullable Flaw flaw, TokenUsage usage) {
    if (flaw == null) {
      return new Outcome.Succeeded(usage);
    }
    attempt.flawed(flaw);
    return !attempt.contentStarted() && fallbackOn().contains(flaw)
        ? new Outcome.Unwanted(flaw, usage)
        : new Outcome.Succeeded(usage);
  }

  /** What was changed, for a header and for events; empty if nothing was. */
  public String adapted() {
    return adaptations.isEmpty()
        ? ""
        : adaptations.stream().sorted().map(Adaptation::token).collect(Collectors.joining(", "));
  }

  /** The body as it came, unless it names another model than the path does now. */
  private static byte[] body(ModelRequest request, String model, byte[] body) {
    ModelPath asked = request.path();
    boolean named = request.asked().family().form() == Form.CHAT && asked.operation().invokes();
    return named && !model.equals(asked.modelId())
        ? ChatBody.withoutModel(body).orElse(body)
        : body;
  }

  /**
   * What a failure of this target says. One that refuses what a call was translated to has not
   * refused the call, and its message is about a body that the caller did not write. One that does
   * not know the caller's own model id has refused it.
   */
  Outcome.Failure judged(Outcome.Failure failure) {
    if (!(failure instanceof Outcome.Rejected rejected)) {
      return failure;
    }
    if (request.repair(model, rejected.error())) {
      return new Outcome.Rejected(About.FORM, rejected.error(), rejected.reason());
    }
    ErrorInfo error = rejected.error();
    if (translation != null) {
      String message =
          "The model refused this call in the form to which it was translated (%s)."
              .formatted(rejected.reason());
      return new Outcome.Rejected(
          About.TARGET, new ErrorInfo(error.status(), error.type(), message), rejected.reason());
    }
    return isCallersModel() && RefusalReason.of(error) == RefusalReason.UNKNOWN_MODEL
        ? new Outcome.Rejected(About.CALL, error, rejected.reason())
        : failure;
  }

  /** The flaws of an answer for which another one is wanted. */
  Set<Flaw> fallbackOn() {
    return request.fallbackOn();
  }

  /** Whether the model's id is the caller's own, and no word of the configuration. */
  private boolean isCallersModel() {
    return request.ofAnyModel() && model.equals(request.path().modelId());
  }

  /** Whether the caller may see the target's own words for a failure. */
  boolean shows(Outcome.Failure failure) {
    return translation == null || !(failure instanceof Outcome.Rejected);
  }

  /** An answer that has no place in the form that was asked for. */
  static Outcome.Failure failure(UntranslatableException answer) {
    ErrorInfo error = new ErrorInfo(424, "ModelErrorException", answer.problem());
    return new Outcome.Failed(Fault.MODEL, error);
  }
}
