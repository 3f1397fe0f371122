package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPathTest {
  private static final String ARN =
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0";

  @ParameterizedTest
  @CsvSource({
    "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse, CONVERSE, anthropic.claude-3-haiku-20240307-v1:0",
    "/model/anthropic.claude-3-haiku-20240307-v1:0/invoke, INVOKE, anthropic.claude-3-haiku-20240307-v1:0",
    "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-20250514-v1%3A0/converse-stream, CONVERSE_STREAM, "
        + ARN,
    "/model/" + ARN + "/invoke-with-response-stream, INVOKE_STREAM, " + ARN,
    "/model/arn%3aaws%3abedrock%3aus-east-1%3a%3aprompt%2fX/count-tokens, COUNT_TOKENS, arn:aws:bedrock:us-east-1::prompt/X",
    "/model/converse/converse, CONVERSE, converse",
    "/model/a%2Fb/converse, CONVERSE, a/b",
    "/model/100%25/converse, CONVERSE, 100%",
    "/model/a%252Fb/converse, CONVERSE, a%2Fb",
  })
  void anIdIsDecodedOnceAfterThePathIsSplit(String path, Operation operation, String id) {
    ModelPath parsed = ModelPath.parse(path).orElseThrow();
    assertThat(parsed.operation()).isEqualTo(operation);
    assertThat(parsed.modelId()).isEqualTo(id);
    assertThat(path).isEqualTo("/model/" + parsed.rawModelId() + "/" + operation.suffix());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/model",
        "/model/",
        "/model/converse",
        "/model//converse",
        "/model/m/",
        "/model/m/unknown",
        "/model/m/Converse",
        "/model/m/converse/",
        "/models/m/converse",
        "model/m/converse",
        "/model/a/b/converse",
        "/model/./converse",
        "/model/../converse",
        "/model/%2E%2e/converse",
        "/model/m%/converse",
        "/model/m%3/converse",
        "/model/m%3G/converse",
        "/model/m%+3/converse",
        "/model/m%0a/converse",
        "/model/m%00/converse",
        "/model/m%7F/converse",
        "/model/m%20x/converse",
        "/model/m\n/converse",
        "/model/mod\u00e8le/converse",
        "/model/mod%C3%A8le/converse",
        "/guardrail/g/version/1/apply"
      })
  void whatIsNoModelPathIsRefused(String path) {
    assertThat(ModelPath.parse(path)).isEmpty();
  }

  @Test
  void anIdMayHaveTwoThousandFortyEightCharactersAndNoMore() {
    assertThat(ModelPath.parse("/model/" + "a".repeat(2048) + "/invoke")).isPresent();
    assertThat(ModelPath.parse("/model/" + "%3A".repeat(2048) + "/invoke")).isPresent();
    assertThat(ModelPath.parse("/model/" + "a".repeat(2049) + "/invoke")).isEmpty();
    assertThat(ModelPath.parse("/model/" + "%3A".repeat(2049) + "/invoke")).isEmpty();
  }

  @Test
  void aPathIsFormattedAsSdksSendIt() {
    assertThat(ModelPath.format(Operation.CONVERSE, "anthropic.claude-3-haiku-20240307-v1:0"))
        .isEqualTo("/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse");
    assertThat(ModelPath.format(Operation.CONVERSE, ARN))
        .isEqualTo(
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-20250514-v1%3A0/converse");
    assertThat(ModelPath.format(Operation.INVOKE, "a~b_c-d.e%f?g#h \u00e9"))
        .isEqualTo("/model/a~b_c-d.e%25f%3Fg%23h%20%C3%A9/invoke");
  }

  @ParameterizedTest
  @EnumSource
  void aFormattedPathParsesBack(Operation operation) {
    assertThat(ModelPath.parse(ModelPath.format(operation, ARN)).map(ModelPath::modelId))
        .contains(ARN);
  }

  @Test
  void damagedPathsAreRefusedOrRoundTrip() {
    Mutations mutations = new Mutations(1);
    byte[] path = ModelPath.format(Operation.CONVERSE, ARN).getBytes(StandardCharsets.ISO_8859_1);
    int parsedCount = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      String damaged = new String(mutations.of(path), StandardCharsets.ISO_8859_1);
      ModelPath parsed = ModelPath.parse(damaged).orElse(null);
      if (parsed != null) {
        parsedCount++;
        assertThat(parsed.modelId()).matches("[!-~]{1,2048}");
        String again = ModelPath.format(parsed.operation(), parsed.modelId());
        assertThat(ModelPath.parse(again).orElseThrow().modelId()).isEqualTo(parsed.modelId());
      }
    }
    assertThat(parsedCount).isBetween(1, Mutations.COUNT - 1);
  }
}
