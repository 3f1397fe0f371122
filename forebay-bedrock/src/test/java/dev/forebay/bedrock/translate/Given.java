package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestFacts;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A call as a caller makes it, and what becomes of it. */
final class Given {
  static final String CLAUDE = "anthropic.claude-sonnet-4-20250514-v1:0";
  static final String OLD_CLAUDE = "anthropic.claude-3-haiku-20240307-v1:0";
  static final String NOVA = "us.amazon.nova-lite-v1:0";
  static final String NOVA_MICRO = "amazon.nova-micro-v1:0";
  static final String LLAMA = "us.meta.llama3-3-70b-instruct-v1:0";
  static final String OLD_LLAMA = "meta.llama3-8b-instruct-v1:0";
  static final String MISTRAL_LARGE = "mistral.mistral-large-2407-v1:0";
  static final String MISTRAL_7B = "mistral.mistral-7b-instruct-v0:2";
  static final String TITAN = "amazon.titan-text-express-v1";
  static final String GPT_OSS = "openai.gpt-oss-120b-1:0";
  static final String QWEN = "qwen.qwen3-32b-v1:0";
  static final String COMMAND_R = "cohere.command-r-v1:0";
  static final String DEEPSEEK_R1 = "us.deepseek.r1-v1:0";
  static final String UNLISTED = "acme.thinker-v1:0";

  private final Operation operation;
  private final String model;
  private final byte[] body;
  private final Map<String, String> headers = new HashMap<>();
  private AdaptationSettings settings = AdaptationSettings.BUILT_IN;

  private Given(Operation operation, String model, String body) {
    this.operation = operation;
    this.model = model;
    this.body = body.getBytes(StandardCharsets.UTF_8);
  }

  static Given call(Operation operation, String model, String body) {
    return new Given(operation, model, body);
  }

  static Given invoke(String model, String body) {
    return call(Operation.INVOKE, model, body);
  }

  Given header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Given fitted(AdaptationSettings by) {
    settings = by;
    return this;
  }

  /** Why that model cannot serve the call, null if it can. */
  @Nullable String objection(String other) {
    return adapter().objection(other);
  }

  Translation translation(String other) {
    return adapter().translation(other).orElseThrow();
  }

  /** The request that model is sent. */
  JsonNode sentTo(String other) {
    return Trees.read(translation(other).body());
  }

  boolean isTranslatedFor(String other) {
    return adapter().translation(other).isPresent();
  }

  /** The request as a model of the same form is sent it. */
  JsonNode adaptedFor(String other) {
    return adapter()
        .adapted(other)
        .map(a -> Trees.read(a.body()))
        .orElseGet(() -> Trees.read(body));
  }

  /** What is said of how it was changed, in order. */
  String adaptations(String other) {
    CallAdapter adapter = adapter();
    Set<Adaptation> done =
        adapter
            .translation(other)
            .map(Translation::adaptations)
            .or(() -> adapter.adapted(other).map(AdaptedBody::adaptations))
            .orElse(Set.of());
    return done.stream().sorted().map(Adaptation::token).collect(Collectors.joining(", "));
  }

  CallAdapter adapter() {
    RequestFacts facts = RequestFacts.read(operation, ModelFamily.of(model), body);
    return new CallAdapter(
        operation,
        AskedModel.of(model, model),
        () -> body,
        headers::get,
        (RequestFacts.Read) facts,
        settings);
  }
}
