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
  /** Bedrock pads every event by a random stretch of these, so that sizes tell nothing. */
  private static final String PADDING =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private final Call call;
  private final ModelConfig model;
  private final Draws draws;
  private final Dialect dialect;

  Composer(Call call, ModelConfig model, Draws draws) {
    this.call = call;
    this.model = model;
    this.draws = draws;
    this.dialect =
        call.operation().converses() ? new ConverseDialect() : Dialect.of(model.family());
  }

  /** Reads the request, or refuses it. */
  Ask read(JsonNode body) {
    if (model.family().embeds() && call.operation() != Operation.INVOKE) {
      throw new RefusedException(
          ErrorType.VALIDATION,
          "This action doesn't support the model that you provided. Try again with a supported"
              + " text or chat model.");
    }
    Ask ask = Ask.of(body, dialect);
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
   * @param told how long it would be without a maximum; drawn if the request does not say
   */
  Answer compose(Ask ask, OptionalInt told, int maxTokens, List<Effect> effects) {
    RandomGenerator random = draws.latency();
    Duration firstToken = milliseconds(model.latency().timeToFirstToken().sample(random));
    for (Effect effect : effects) {
      if (effect instanceof Effect.SlowFirstToken slow) {
        firstToken = scaled(firstToken, slow.factor()).plus(slow.delay());
      }
    }
    double perSecond = Math.max(1e-3, model.latency().tokensPerSecond().sample(random));
    int drawn = (int) Math.max(1, Math.rint(model.outputTokens().sample(random)));
    int wanted = told.orElse(drawn);
    int tokens = model.family().embeds() ? 0 : Math.min(wanted, maxTokens);
    Duration whole = firstToken.plus(milliseconds(1000 * tokens / perSecond));
    return new Answer(
        call.model().asked(),
        draws.requestId().replace("-", ""),
        Words.pieces(call.model().asked(), tokens, draws.text()),
        ask.inputTokens(),
        tokens,
        wanted > maxTokens ? Stop.MAX_TOKENS : Stop.END,
        firstToken,
        whole);
  }

  /**
   * The answer on the wire.
   *
   * @param tier the service tier that the request names, and the answer then tells; or empty
   */
  Script script(Answer answer, JsonNode body, String tier) {
    return call.operation().streams() ? stream(answer, body, tier) : unary(answer, body, tier);
  }

  Script count(JsonNode body) {
    JsonNode input = body.path("input");
    int tokens;
    if (input.path("converse").isObject()) {
      tokens = Ask.of(input.path("converse"), new ConverseDialect()).inputTokens();
    } else if (input.path("invokeModel").path("body").isString()) {
      JsonNode inner = decoded(input.path("invokeModel").path("body").stringValue());
      tokens = Ask.of(inner, dialect).inputTokens();
    } else {
      throw Ask.malformed("#/input: required key [invokeModel] or [converse] not found");
    }
    Buffer answer = Json.bytes(Json.object().put("inputTokens", tokens));
    return Script.of(Duration.ZERO, Script.OK, new Act.Whole(200, headers(""), answer));
  }

  private Script unary(Answer answer, JsonNode body, String tier) {
    Map<String, String> headers = headers(tier);
    headers.put("X-Amzn-Bedrock-Invocation-Latency", Long.toString(answer.whole().toMillis()));
    headers.put("X-Amzn-Bedrock-Input-Token-Count", Integer.toString(answer.inputTokens()));
    if (!model.family().embeds()) {
      headers.put("X-Amzn-Bedrock-Output-Token-Count", Integer.toString(answer.outputTokens()));
    }
    ObjectNode said = tell(tier, dialect.whole(answer, body));
    Act whole = new Act.Whole(200, headers, Json.bytes(said));
    return new Script(
        List.of(new Script.Step(answer.whole(), whole, answer.outputTokens())), Script.OK, false);
  }

  /** The head goes out at once, so that a late first token is seen as one. */
  private Script stream(Answer answer, JsonNode body, String tier) {
    Map<String, String> headers = headers(tier);
    headers.put("Content-Type", "application/vnd.amazon.eventstream");
    if (!call.operation().converses()) {
      headers.put("X-Amzn-Bedrock-Content-Type", "application/json");
    }
    List<Script.Step> steps = new ArrayList<>();
    steps.add(new Script.Step(Duration.ZERO, new Act.Head(200, headers), 0));
    for (Dialect.Part part : dialect.stream(answer, body)) {
      ObjectNode payload =
          part.type().equals("metadata") ? tell(tier, part.payload()) : part.payload();
      if (!call.operation().converses()) {
        payload = Json.object().put("bytes", Json.MAPPER.writeValueAsBytes(payload));
      }
      payload.put("p", PADDING.substring(0, 1 + draws.padding().nextInt(PADDING.length())));
      Act frame = new Act.Frame(Event.of(part.type(), payload), Act.Form.WHOLE);
      steps.add(new Script.Step(answer.at(part.due()), frame, part.tokens()));
    }
    steps.add(new Script.Step(answer.whole(), new Act.End(), answer.outputTokens()));
    return new Script(steps, Script.OK, true);
  }

  /** Converse tells the tier in its body. */
  private ObjectNode tell(String tier, ObjectNode body) {
    if (!tier.isEmpty() && call.operation().converses()) {
      body.putObject("serviceTier").put("type", tier);
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
      throw Ask.malformed("#/input/invokeModel/body: not a base64 JSON document");
    }
  }

  private static Duration milliseconds(double value) {
    return Duration.ofNanos(Math.round(value * 1e6));
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos(Math.round(duration.toNanos() * factor));
  }
}
