package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Marks of what to keep in the cache are a matter of price: no model is left out for them. */
class FieldReport05CacheMarksTest {
  private static final String CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String TEXT = "{'text': 'Hi'}";
  private static final String HOUR = "{'cachePoint': {'type': 'default', 'ttl': '1h'}}";
  private static final String MARK = "{'cachePoint': {'type': 'default'}}";
  private static final String TOOL =
      "{'toolSpec': {'name': 'f', 'inputSchema': {'json': {'type': 'object'}}}}";

  @ParameterizedTest
  @CsvSource({
    "us.amazon.nova-pro-v1:0, 2",
    "us.anthropic.claude-opus-4-1-20250805-v1:0, 3",
    "us.meta.llama4-maverick-17b-instruct-v1:0, 0",
    "qwen.qwen3-32b-v1:0, 0",
    "us.openai.gpt-6-sol, 0",
  })
  void areDroppedOrShortened(String model, int left) throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, model)) {
      bedrock.busy(CLAUDE);
      bedrock.refuse(model, "\"1h\"", "400 cache_control.ttl: Extra inputs are not permitted");
      HttpResponse<String> answer =
          gateway.converse(
              json(
                  "{'system': ["
                      + TEXT
                      + ", "
                      + HOUR
                      + "], 'messages': [{'role': 'user', 'content': ["
                      + TEXT
                      + ", "
                      + HOUR
                      + "]}], 'toolConfig': {'tools': ["
                      + TOOL
                      + ", "
                      + MARK
                      + "]}}"));

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Http.header(answer, "x-forebay-adapted")).isEqualTo("cache-marks");
      assertThat(bedrock.seen(model)).hasSize(1);
      String sent = bedrock.seen(model).getFirst().body().encode();
      assertThat(sent.split("cachePoint", -1)).hasSize(left + 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"us.amazon.nova-pro-v1:0", "us.meta.llama4-maverick-17b-instruct-v1:0"})
  void leaveAModelOutWhereNothingIsAdapted(String model) throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "adapt: never", "", CLAUDE, model)) {
      bedrock.busy(CLAUDE);
      HttpResponse<String> answer =
          gateway.converse(
              json("{'messages': [{'role': 'user', 'content': [" + TEXT + ", " + HOUR + "]}]}"));

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(bedrock.seen(model)).isEmpty();
    }
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
