package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decoration of a tool's schema does not keep a model from the call that takes none of it. */
class FieldReport04SchemaTest {
  private static final String CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String NOVA = "us.amazon.nova-pro-v1:0";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'$schema': 'https://json-schema.org/draft/2020-12/schema'",
        "'additionalProperties': false",
        "'additionalProperties': true",
        "'title': 'Look'",
        "'description': 'Looks around.'",
        "'$defs': {'Place': {'type': 'string'}}",
        "'definitions': {'Place': {'type': 'string'}}",
        "'$id': 'x', '$comment': 'y', 'examples': [{}], 'default': {}",
      })
  void isLeftOutOrResolved(String decoration) throws Exception {
    String reference =
        decoration.contains("Place")
            ? "{'$ref': '#/" + decoration.substring(1, decoration.indexOf("':")) + "/Place'}"
            : "{'type': 'string'}";
    String schema =
        "{'type': 'object', 'properties': {'at': %s}, 'required': ['at'], %s}"
            .formatted(reference, decoration);
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, NOVA)) {
      bedrock.busy(CLAUDE);
      HttpResponse<String> converse =
          gateway.converse(
              json(
                  "{'messages': [{'role': 'user', 'content': [{'text': 'Hi'}]}], 'toolConfig':"
                      + " {'tools': [{'toolSpec': {'name': 'look', 'inputSchema': {'json': "
                      + schema
                      + "}}}]}}"));
      HttpResponse<String> invoke =
          gateway.invoke(
              json(
                  "{'max_tokens': 9, 'messages': [{'role': 'user', 'content': 'Hi'}], 'tools':"
                      + " [{'name': 'look', 'input_schema': "
                      + schema
                      + "}]}"));

      for (HttpResponse<String> answer : List.of(converse, invoke)) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Http.header(answer, "x-forebay-adapted")).isEqualTo("schema");
        assertThat(Http.header(answer, "x-forebay-answer")).isEqualTo("fallback");
      }
      for (StrictBedrock.Seen sent : bedrock.seen(NOVA)) {
        JsonObject spec =
            sent.body()
                .getJsonObject("toolConfig")
                .getJsonArray("tools")
                .getJsonObject(0)
                .getJsonObject("toolSpec");
        assertThat(spec.getJsonObject("inputSchema").getJsonObject("json"))
            .isEqualTo(
                new JsonObject(
                    json(
                        "{'type': 'object', 'properties': {'at': {'type': 'string'}}, 'required':"
                            + " ['at']}")));
      }
      assertThat(gateway.trail()).anyMatch(line -> line.endsWith("sent, adapted: schema"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'oneOf': [{'required': ['at']}, {'required': ['by']}]",
        "'properties': {'at': {'$ref': '#/$defs/A'}}, '$defs': {'A': {'items': {'$ref': '#/$defs/A'}}}",
        "'additionalProperties': {'type': 'string'}",
      })
  void whatRulesTheInputLeavesTheTargetOut(String rule) throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, NOVA)) {
      bedrock.busy(CLAUDE);
      HttpResponse<String> answer =
          gateway.converse(
              json(
                  "{'messages': [{'role': 'user', 'content': [{'text': 'Hi'}]}], 'toolConfig':"
                      + " {'tools': [{'toolSpec': {'name': 'look', 'inputSchema': {'json': {'type':"
                      + " 'object', "
                      + rule
                      + "}}}}]}}"));

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(bedrock.seen(NOVA)).isEmpty();
    }
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
