package dev.forebay.emulator;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Amazon Nova: Converse's shapes, each streamed event as a chunk under its name. */
final class NovaDialect implements Dialect {
  private final Dialect converse = new ConverseDialect();

  @Override
  public String requiredKey() {
    return converse.requiredKey();
  }

  @Override
  public String maxTokensPointer() {
    return converse.maxTokensPointer();
  }

  @Override
  public ObjectNode whole(Answer answer, JsonNode request) {
    ObjectNode body = converse.whole(answer, request);
    body.remove("metrics");
    return body;
  }

  @Override
  public List<Part> stream(Answer answer) {
    return converse.stream(answer).stream().map(part -> chunk(part, answer)).toList();
  }

  private static Part chunk(Part part, Answer answer) {
    ObjectNode chunk = Json.object();
    if (part.type().equals("metadata")) {
      ObjectNode metadata = chunk.putObject("metadata");
      metadata.set("usage", ConverseDialect.usage(answer));
      metadata.putObject("metrics");
      metadata.putObject("trace");
      Dialect.withMetrics(chunk, answer);
    } else {
      chunk.set(part.type(), part.payload());
    }
    return new Part("chunk", chunk, part.due(), part.tokens());
  }
}
