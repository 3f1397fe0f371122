package dev.forebay.bedrock.issues;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.translate.AdaptationSettings;
import dev.forebay.bedrock.translate.AskedModel;
import dev.forebay.bedrock.translate.CallAdapter;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An InvokeModel body as a model of another family is sent it. */
final class Translated {
  static final JsonMapper JSON = new JsonMapper();

  private Translated() {}

  static JsonNode body(String model, String body, String other) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    RequestFacts facts = RequestFacts.read(Operation.INVOKE, ModelFamily.of(model), bytes);
    CallAdapter adapter =
        new CallAdapter(
            Operation.INVOKE,
            AskedModel.of(model, model),
            () -> bytes,
            name -> null,
            (RequestFacts.Read) facts,
            AdaptationSettings.BUILT_IN);
    String objection = adapter.objection(other);
    if (objection != null) {
      throw new AssertionError(other + " " + objection);
    }
    return JSON.readTree(adapter.translation(other).orElseThrow().body());
  }
}
