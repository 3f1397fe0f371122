package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.testkit.Http;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Thinking of earlier turns goes to the model that made it, and to no other that refuses it. */
class FieldReport06ThinkingHistoryTest {
  private static final String CLAUDE = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

  @ParameterizedTest
  @CsvSource({
    "us.amazon.nova-pro-v1:0",
    "us.anthropic.claude-opus-5-5-20260922-v1:0",
    "mistral.mistral-large-3-675b-instruct",
    "openai.gpt-oss-120b-1:0",
  })
  void isLeftOutForOthers(String other) throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, other)) {
      bedrock.busy(CLAUDE);
      HttpResponse<String> invoke = gateway.invoke(invokeBody());
      HttpResponse<String> converse = gateway.converse(converseBody());

      assertThat(invoke.statusCode()).as(invoke.body()).isEqualTo(200);
      assertThat(Http.header(invoke, "x-forebay-adapted")).isEqualTo("thinking-history");
      assertThat(converse.statusCode()).as(converse.body()).isEqualTo(200);
      assertThat(Http.header(converse, "x-forebay-adapted")).isEqualTo("thinking-history");
      assertThat(bedrock.seen(other))
          .hasSize(2)
          .allSatisfy(seen -> assertThat(seen.body().encode()).doesNotContain("Hm.", CLAUDE));

      bedrock.free(CLAUDE);
      gateway.invoke(invokeBody());
      assertThat(bedrock.seen(CLAUDE).getLast().body().encode()).contains("Hm.", CLAUDE);
    }
  }

  @Test
  void theAskedModelsBodyIsNotTouched() throws Exception {
    try (StrictBedrock bedrock = new StrictBedrock();
        Fallbacks gateway = new Fallbacks(bedrock, "", "", CLAUDE, "us.amazon.nova-pro-v1:0")) {
      HttpResponse<String> answer = gateway.invoke(invokeBody());

      assertThat(Http.header(answer, "x-forebay-adapted")).isEmpty();
      assertThat(Http.header(answer, "x-forebay-answer")).isEqualTo("primary");
    }
  }

  private static String invokeBody() {
    return """
        {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 100, "messages": [
          {"role": "user", "content": "Hi"},
          {"role": "assistant", "content": [
            {"type": "thinking", "thinking": "Hm.", "signature": "%s/1"},
            {"type": "text", "text": "Hello."}]},
          {"role": "user", "content": "And?"}]}"""
        .formatted(CLAUDE);
  }

  private static String converseBody() {
    return """
        {"messages": [
          {"role": "user", "content": [{"text": "Hi"}]},
          {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "%s/1"}}},
            {"text": "Hello."}]},
          {"role": "user", "content": [{"text": "And?"}]}]}"""
        .formatted(CLAUDE);
  }
}
