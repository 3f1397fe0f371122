package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The emulated service without its wire: a request goes in, the script of everything that will
 * happen to it comes out. It knows no clock and no socket. Confined to one event loop.
 */
final class Bedrock {
  /** The documented limit of InvokeModel's body. */
  static final int MAX_BODY_BYTES = 25_000_000;

  private final EmulatorConfig config;
  private final Models models;
  private final PassThroughAnswers passThrough = new PassThroughAnswers();
  private FaultScript faults;
  private long sequence;

  Bedrock(EmulatorConfig config, List<Fault> faults) {
    this.config = config;
    this.models = new Models(config);
    this.faults = new FaultScript(faults);
  }

  List<Fault> faults() {
    return faults.faults();
  }

  void faults(List<Fault> replacement) {
    faults = new FaultScript(replacement);
  }

  /** The name that counters go by; empty for a model that is not known. */
  Optional<String> nameOf(ModelId id) {
    return models.find(id).map(Models.Model::name);
  }

  /**
   * Decides what a complete request gets.
   *
   * @param body null if it was longer than allowed
   */
  PlannedAnswer reply(Call call, Head head, @Nullable Buffer body, Duration now) {
    Draws draws = Draws.of(config.seed(), sequence++);
    FaultAnswer faultAnswer = new FaultAnswer(draws.requestId());
    if (config.requireAuth() && !head.authorized()) {
      return PlannedAnswer.plain(faultAnswer.error(ErrorType.MISSING_AUTHENTICATION_TOKEN.usual()));
    }
    List<Effect> effects =
        faults.meet(call.model(), call.operation(), tier(call, head, body), now, draws.faults());
    if (!effects.isEmpty() && FaultAnswer.of(effects.getLast())) {
      return PlannedAnswer.plain(faultAnswer.script(effects.getLast(), call.model()));
    }
    try {
      if (!call.operation().callsModel()) {
        boolean none = body == null || body.length() == 0;
        JsonNode asked = none ? Json.object() : json(body);
        return PlannedAnswer.plain(passThrough.answer(call, asked, draws.requestId()));
      }
      return answer(call, head, json(body), now, effects, draws);
    } catch (RefusedException e) {
      return PlannedAnswer.plain(faultAnswer.error(e.error()));
    }
  }

  private PlannedAnswer answer(
      Call call, Head head, JsonNode body, Duration now, List<Effect> effects, Draws draws) {
    Models.Model model = models.find(call.model(), body).orElseThrow(() -> unknown());
    Composer composer = new Composer(call, model.config(), draws);
    if (call.operation() == Operation.COUNT_TOKENS) {
      return PlannedAnswer.plain(composer.count(body));
    }
    String tier = Tier.of(call.operation(), head, body);
    Tier.check(tier, model.config());
    RequestedTokens ask = composer.read(body);
    OptionalInt wanted = head.wanted();
    long maxTokens = ask.maxTokens().orElse(model.config().maxTokens());
    boolean embeds = model.config().family().embeds();
    PromptCache.Use cached = model.cache().use(body, now);
    int input = Math.max(0, ask.inputTokens() - cached.read() - cached.write());
    QuotaBucket.Prompt prompt = new QuotaBucket.Prompt(input, cached.read(), cached.write());
    QuotaBucket.Admission admission =
        model.quota().admit(now.toNanos(), prompt, embeds ? 0 : maxTokens);
    return switch (admission) {
      case QuotaBucket.Admission.Refused refused -> {
        AwsError error = refused.reason().error(call.model().asked());
        Script script = new FaultAnswer(draws.requestId()).error(error);
        yield new PlannedAnswer(script, Optional.empty(), maxTokens, true);
      }
      case QuotaBucket.Admission.Granted granted -> {
        Extras extras = RequestedFeatures.of(call, body, head.answer(), draws, cached);
        Answer answer = composer.compose(input, extras, wanted, (int) maxTokens, effects);
        Script script = composer.script(answer, body, tier);
        for (Effect effect : effects) {
          script = Reshape.apply(effect, script);
        }
        PlannedAnswer.Grant grant =
            new PlannedAnswer.Grant(answer, model.quota(), granted.reservation());
        yield new PlannedAnswer(script, Optional.of(grant), maxTokens, false);
      }
    };
  }

  /** The body is read for it only if that makes a difference; one that is no JSON names none. */
  private String tier(Call call, Head head, @Nullable Buffer body) {
    if (body == null || !call.operation().callsModel() || !faults.heedsTiers()) {
      return "";
    }
    try {
      JsonNode read = call.operation().converses() ? json(body) : Json.object();
      return Tier.of(call.operation(), head, read);
    } catch (RefusedException e) {
      return "";
    }
  }

  private static JsonNode json(@Nullable Buffer body) {
    if (body == null) {
      throw new RefusedException(
          ErrorType.VALIDATION,
          "The request body is larger than the limit of " + MAX_BODY_BYTES + " bytes.");
    }
    try {
      return Json.MAPPER.readTree(body.getBytes());
    } catch (JacksonException e) {
      throw RequestedTokens.malformed("not a JSON document");
    }
  }

  private static RefusedException unknown() {
    return new RefusedException(ErrorType.VALIDATION, "The provided model identifier is invalid.");
  }
}
