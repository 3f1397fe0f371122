package dev.forebay.emulator;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Composes one answer of one model. */
final class Composer {
  /** Bedrock pads every event by a random stretch of these, so that sizes reveal nothing. */
  private static final String PADDING =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private static final int MIN_PADDING = 2;
  private static final int MAX_PADDING = 61;
  private static final String HEADER = "X-Amzn-Bedrock-";

  private final Call call;
  private final ModelConfig model;
  private final Draws draws;
  private final Dialect dialect;

  Composer(Call call, ModelConfig model, Draws draws) {
    this.call = call;
    this.model = model;
    this.draws = draws;
    this.dialect =
        call.operation().converses()
            ? new ConverseDialect(model.family())
            : Dialect.of(model.family());
  }

  /** Reads the request, or refuses it. */
  RequestedTokens read(JsonNode body) {
    if (model.family().embeds() && call.operation() != Operation.INVOKE) {
      throw new RefusedException(
          ErrorType.VALIDATION,
          "This action doesn't support the model that you provided. Try again with a supported"
              + " text or chat model.");
    }
    RequestedTokens ask = RequestedTokens.of(body, dialect);
    dialect.check(body, call);
    int limit = model.maxTokens();
    if (ask.maxTokens().orElse(0) > limit) {
      throw new RefusedException(
          ErrorType.VALIDATION,
          "The maximum tokens you requested exceed the model limit of %d. Try again with a maximum tokens value lower than %d."
              .formatted(limit, limit));
    }
    return ask;
  }

  /**
   * The answer to a request.
   *
   * @param inputTokens without those from and to the prompt cache
   * @param length how long the answer would be without a maximum; drawn if the request does not say
   */
  Answer compose(
      int inputTokens, Extras extras, OptionalInt length, int maxTokens, List<Effect> effects) {
    RandomGenerator random = draws.latency();
    Duration firstToken = milliseconds(model.latency().timeToFirstToken().sample(random));
    for (Effect effect : effects) {
      if (effect instanceof Effect.SlowFirstToken slow) {
        firstToken = scaled(firstToken, slow.factor()).plus(slow.delay());
      }
    }
    double perSecond = Math.max(1e-3, model.latency().tokensPerSecond().sample(random));
    int drawn = (int) Math.max(1, Math.rint(model.outputTokens().sample(random)));
    int wanted = length.orElse(drawn);
    int tokens = model.family().embeds() ? 0 : Math.min(wanted, maxTokens);
    Duration whole = firstToken.plus(milliseconds(1000 * tokens / perSecond));
    for (Effect effect : effects) {
      if (effect instanceof Effect.Guardrail guardrail) {
        Answer.Piece blocked = new Answer.Piece(guardrail.text(), 0, 0);
        return new Answer(
            call.model().asked(),
            draws.requestId().replace("-", ""),
            List.of(blocked),
            inputTokens,
            0,
            Stop.GUARDRAIL,
            firstToken,
            firstToken,
            extras.blocked());
      }
    }
    Stop end = extras.tool() == null ? Stop.END : Stop.TOOL;
    return new Answer(
        call.model().asked(),
        draws.requestId().replace("-", ""),
        TextGenerator.pieces(call.model().asked(), tokens, draws.text()),
        inputTokens,
        tokens,
        wanted > maxTokens && extras.tool() == null ? Stop.MAX_TOKENS : end,
        firstToken,
        whole,
        extras);
  }

  /**
   * The answer on the wire.
   *
   * @param tier the service tier that the request names, and then the answer too; or empty
   */
  Script script(Answer answer, JsonNode body, String tier) {
    return call.operation().streams() ? stream(answer, body, tier) : unary(answer, body, tier);
  }

  Script count(JsonNode body) {
    JsonNode input = body.path("input");
    int tokens;
    if (input.path("converse").isObject()) {
      tokens =
          RequestedTokens.of(input.path("converse"), new ConverseDialect(model.family()))
              .inputTokens();
    } else if (input.path("invokeModel").path("body").isString()) {
      JsonNode inner = decoded(input.path("invokeModel").path("body").stringValue());
      tokens = RequestedTokens.of(inner, dialect).inputTokens();
    } else {
      throw RequestedTokens.malformed(
          "#/input: required key [invokeModel] or [converse] not found");
    }
    Buffer answer = Json.bytes(Json.object().put("inputTokens", tokens));
    return Script.of(Duration.ZERO, Script.OK, new WireAction.Whole(200, headers(""), answer));
  }

  private Script unary(Answer answer, JsonNode body, String tier) {
    Map<String, String> headers = headers(tier);
    ObjectNode said = tell(tier, dialect.whole(answer, body));
    if (!call.operation().converses()) {
      counts(answer, headers);
      if (answer.extras().intervened()) {
        said.put(Guardrails.ACTION, Guardrails.INTERVENED);
        said.set(Guardrails.TRACE, Guardrails.trace("guardrail", "input"));
      }
    }
    WireAction whole = new WireAction.Whole(200, headers, Json.bytes(said));
    return new Script(
        List.of(new Script.Step(answer.whole(), whole, answer.outputTokens())), Script.OK, false);
  }

  /** Converse has its counts in the body, and none of these. */
  private void counts(Answer answer, Map<String, String> headers) {
    Extras extras = answer.extras();
    if (model.family() == Family.NOVA || extras.cached() > 0) {
      headers.put(HEADER + "Cache-Read-Input-Token-Count", Integer.toString(extras.cacheRead()));
      headers.put(HEADER + "Cache-Write-Input-Token-Count", Integer.toString(extras.cacheWrite()));
    }
    headers.put(HEADER + "Input-Token-Count", Integer.toString(answer.inputTokens()));
    headers.put(HEADER + "Invocation-Latency", Long.toString(answer.whole().toMillis()));
    if (!model.family().embeds()) {
      headers.put(HEADER + "Output-Token-Count", Integer.toString(answer.outputTokens()));
    }
  }

  /** The head goes out at once, so that a late first token is seen as one. */
  private Script stream(Answer answer, JsonNode body, String tier) {
    Map<String, String> headers = headers(tier);
    headers.put("Content-Type", "application/vnd.amazon.eventstream");
    if (!call.operation().converses()) {
      headers.put("X-Amzn-Bedrock-Content-Type", "application/json");
    }
    List<Script.Step> steps = new ArrayList<>();
    steps.add(new Script.Step(Duration.ZERO, new WireAction.Head(200, headers), 0));
    for (Dialect.Part part : dialect.stream(answer, body)) {
      ObjectNode payload =
          part.type().equals("metadata") ? tell(tier, part.payload()) : part.payload();
      if (!call.operation().converses()) {
        ObjectNode chunk = guarded(answer, payload);
        payload = Json.object().put("bytes", Json.MAPPER.writeValueAsBytes(chunk));
      }
      int padding = MIN_PADDING + draws.padding().nextInt(MAX_PADDING - MIN_PADDING + 1);
      payload = Sorted.of(payload.put("p", PADDING.substring(0, padding)));
      WireAction frame =
          new WireAction.Frame(Event.of(part.type(), payload), WireAction.Form.WHOLE);
      steps.add(new Script.Step(answer.at(part.due()), frame, part.tokens()));
    }
    steps.add(new Script.Step(answer.whole(), new WireAction.End(), answer.outputTokens()));
    return new Script(steps, Script.OK, true);
  }

  /** A guardrail that intervenes says so in each chunk, and no counts follow. */
  private static ObjectNode guarded(Answer answer, ObjectNode chunk) {
    if (answer.extras().intervened()) {
      chunk.remove(Dialect.METRICS);
      chunk.put(Guardrails.ACTION, Guardrails.INTERVENED);
    }
    return chunk;
  }

  /** Converse names the tier in its body. */
  private ObjectNode tell(String tier, ObjectNode body) {
    if (!tier.isEmpty() && call.operation().converses()) {
      body.putObject("serviceTier").put("type", tier);
      return Sorted.of(body);
    }
    return body;
  }

  private Map<String, String> headers(String tier) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("x-amzn-RequestId", draws.requestId());
    if (!tier.isEmpty() && !call.operation().converses()) {
      headers.put(Tier.HEADER, tier);
    }
    return headers;
  }

  private static JsonNode decoded(String base64) {
    try {
      return Json.MAPPER.readTree(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException | JacksonException e) {
      throw RequestedTokens.malformed("#/input/invokeModel/body: not a base64 JSON document");
    }
  }

  private static Duration milliseconds(double value) {
    return Duration.ofNanos(Math.round(value * 1e6));
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos(Math.round(duration.toNanos() * factor));
  }
}
