package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import io.vertx.core.json.JsonArray;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A target that names what it cannot take gets the call once more without that, and for good. */
class RepairOnceTest {
  private static final String CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String NEXT = "us.anthropic.claude-next-9";
  private static final String ACME = "us.acme.thinker-v1:0";
  private static final String NOVA = "us.amazon.nova-pro-v1:0";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"temperature\" | 400 `temperature` is deprecated for this model. | sampling | sampling",
        "cache_control | 400 messages.0.content.0.cache_control: Extra inputs are not permitted | cache-marks | cache",
        "\"1h\" | 400 cache_control.ephemeral.ttl: Extra inputs are not permitted | cache-marks | cache-1h",
        "anthropic_beta | 400 invalid beta flag | beta | beta-flags",
        "context_management | 400 context_management: Extra inputs are not permitted | fields | makers-fields",
        "\"signature\" | 400 messages.1.content.0: Invalid `signature` in `thinking` block | thinking-history | foreign-thinking",
        "\"enabled\" | 400 \"thinking.type.enabled\" is not supported for this model. | thinking | thinking-budget",
      })
  void aFallbackIsAskedOnceMore(String text, String refusal, String adapted, String lesson)
      throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, NEXT)) {
      bedrock.busy(CLAUDE);
      bedrock.refuse(NEXT, text, refusal);
      HttpResponse<String> first = gateway.invoke(everything());
      HttpResponse<String> second = gateway.invoke(everything());

      assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
      assertThat(Http.header(first, "x-forebay-adapted")).contains(adapted);
      assertThat(Http.header(first, "x-forebay-attempts")).isEqualTo("3");
      assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
      assertThat(Http.header(second, "x-forebay-adapted")).contains(adapted);
      assertThat(bedrock.seen(NEXT))
          .extracting(StrictBedrock.Seen::status)
          .containsExactly(400, 200, 200);
      assertThat(gateway.status().getJsonObject("lessons").getJsonArray(NEXT))
          .isEqualTo(new JsonArray().add(lesson));
    }
  }

  @Test
  void itIsRepairedOnceAndNoMore() throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, NEXT, NOVA)) {
      bedrock.busy(CLAUDE);
      bedrock.refuse(NEXT, "max_tokens", "400 `temperature` is deprecated for this model.");
      gateway.invoke(
          "{\"max_tokens\": 9, \"temperature\": 0.1, \"messages\": [{\"role\": \"user\","
              + " \"content\": \"Hi\"}]}");

      assertThat(bedrock.seen(NEXT)).hasSize(2);
    }
  }

  @Test
  void deniedAccessIsTriedOnceWithoutMarks() throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, ACME)) {
      bedrock.busy(CLAUDE);
      bedrock.refuse(ACME, "cachePoint", "403 You are not allowed to use this.");
      String body =
          "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hi\"}, {\"cachePoint\":"
              + " {\"type\": \"default\"}}]}]}";

      assertThat(gateway.converse(body).statusCode()).isEqualTo(200);
      assertThat(gateway.converse(body).statusCode()).isEqualTo(200);
      assertThat(bedrock.seen(ACME))
          .extracting(StrictBedrock.Seen::status)
          .containsExactly(403, 200, 200);
    }
  }

  @Test
  void theAskedModelsOwnSamplingIsItsCallersMatter() throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", NEXT, NOVA)) {
      bedrock.refuse(NEXT, "temperature", "400 `temperature` is deprecated for this model.");
      HttpResponse<String> answer =
          gateway.invoke(
              "{\"max_tokens\": 9, \"temperature\": 0.1, \"messages\": [{\"role\": \"user\","
                  + " \"content\": \"Hi\"}]}");

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("temperature");
      assertThat(bedrock.seen(NEXT)).hasSize(1);
    }
  }

  @Test
  void theAskedModelsMarksAreNot() throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", NEXT, NOVA)) {
      bedrock.refuse(
          NEXT, "\"1h\"", "400 cache_control.ephemeral.ttl: Extra inputs are not permitted");
      String body =
          "{\"max_tokens\": 9, \"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"},"
              + " \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}";

      for (int call = 0; call < 2; call++) {
        HttpResponse<String> answer = gateway.invoke(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(Http.header(answer, "x-forebay-answer")).isEqualTo("primary");
        assertThat(Http.header(answer, "x-forebay-adapted")).isEqualTo("cache-marks");
      }
      assertThat(bedrock.seen(NEXT))
          .extracting(StrictBedrock.Seen::status)
          .containsExactly(400, 200, 200);
    }
  }

  @Test
  void neverMeansNever() throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "adapt: never", "", NEXT, NOVA)) {
      bedrock.refuse(
          NEXT, "\"1h\"", "400 cache_control.ephemeral.ttl: Extra inputs are not permitted");
      HttpResponse<String> answer =
          gateway.invoke(
              "{\"max_tokens\": 9, \"cache_control\": {\"type\": \"ephemeral\", \"ttl\": \"1h\"},"
                  + " \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}");

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(bedrock.seen(NEXT)).hasSize(1);
    }
  }

  @Test
  void theConfigurationCanSayItBeforeAnyRefusal() throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway =
            new Fallbacks(
                bedrock, "", "models: { acme.thinker: { lacks: [sampling] } }", CLAUDE, ACME)) {
      bedrock.busy(CLAUDE);
      bedrock.refuse(ACME, "temperature", "400 `temperature` is deprecated for this model.");
      HttpResponse<String> answer =
          gateway.converse(
              "{\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hi\"}]}],"
                  + " \"inferenceConfig\": {\"temperature\": 0.1}}");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Http.header(answer, "x-forebay-adapted")).isEqualTo("sampling");
      assertThat(bedrock.seen(ACME)).hasSize(1);
    }
  }

  private static String everything() {
    return """
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 2000, "temperature": 1,
         "anthropic_beta": ["x-2026"], "context_management": {"edits": []},
         "thinking": {"type": "enabled", "budget_tokens": 1024},
         "messages": [
           {"role": "user", "content": [{"type": "text", "text": "Hi",
             "cache_control": {"type": "ephemeral", "ttl": "1h"}}]},
           {"role": "assistant", "content": [
             {"type": "thinking", "thinking": "Hm.", "signature": "us.anthropic.claude-next-9/1"},
             {"type": "text", "text": "Hello."}]},
           {"role": "user", "content": "And?"}]}""";
  }
}
