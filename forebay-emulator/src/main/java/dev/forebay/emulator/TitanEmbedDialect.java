package dev.forebay.emulator;

import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Amazon Titan embeddings: the same text always has the same vector of length 1. */
final class TitanEmbedDialect implements Dialect {
  private static final int DIMENSIONS = 1024;

  @Override
  public String requiredKey() {
    return "inputText";
  }

  @Override
  public String maxTokensPointer() {
    return "";
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    int dimensions = request.path("dimensions").asInt(DIMENSIONS);
    if (dimensions < 1 || dimensions > DIMENSIONS) {
      throw RequestedTokens.malformed(
          "#/dimensions: " + dimensions + " is not in 1 to " + DIMENSIONS);
    }
    SplittableRandom random =
        new SplittableRandom(request.path("inputText").asString("").hashCode());
    double[] vector = random.doubles(dimensions, -1, 1).toArray();
    double squares = 0;
    for (double coordinate : vector) {
      squares += coordinate * coordinate;
    }
    ObjectNode body = Json.object();
    ArrayNode embedding = body.putArray("embedding");
    for (double coordinate : vector) {
      embedding.add((float) (coordinate / Math.sqrt(squares)));
    }
    if (new ModelId(answer.modelId()).base().contains("-v2")) {
      body.putObject("embeddingsByType").set("float", embedding.deepCopy());
    }
    return body.put("inputTextTokenCount", answer.inputTokens());
  }

  @Override
  public List<Part> stream(Answer answer) {
    throw new RefusedException(
        ErrorType.VALIDATION, "The model is unsupported for streaming: " + answer.modelId());
  }
}
