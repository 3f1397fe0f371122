package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConverseTierTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | {\"serviceTier\":{\"type\":\"flex\"}}",
        "` {\n  \"a\": 1.0 }\n` | ` {\"serviceTier\":{\"type\":\"flex\"},\n  \"a\": 1.0 }\n`",
        "{\"serviceTier\":{\"type\":\"priority\"}} | {\"serviceTier\":{\"type\":\"flex\"}}",
        "{\"a\":\"é\", \"serviceTier\" : { \"type\" : \"x\" } , \"b\":[ 1 ]}"
            + " | {\"a\":\"é\", \"serviceTier\" : {\"type\":\"flex\"} , \"b\":[ 1 ]}",
        "{\"serviceTier\":null,\"b\":2} | {\"serviceTier\":{\"type\":\"flex\"},\"b\":2}",
        "{\"serviceTier\":\"prio\\\"r\",\"b\":2} | {\"serviceTier\":{\"type\":\"flex\"},\"b\":2}",
        "{\"serviceTier\":12.50,\"b\":2} | {\"serviceTier\":{\"type\":\"flex\"},\"b\":2}",
        "{\"serviceTier\":12} | {\"serviceTier\":{\"type\":\"flex\"}}",
        "{\"serviceTier\":1,\"serviceTier\":[{}]}"
            + " | {\"serviceTier\":{\"type\":\"flex\"},\"serviceTier\":{\"type\":\"flex\"}}",
        "{\"x\":{\"serviceTier\":1}} | {\"serviceTier\":{\"type\":\"flex\"},\"x\":{\"serviceTier\":1}}",
        "{\"service\\u0054ier\":{}} | {\"service\\u0054ier\":{\"type\":\"flex\"}}"
      })
  void aTierIsSetAndNoOtherByteChanges(String body, String expected) {
    assertThat(set(body, "flex")).isEqualTo(expected);
  }

  @Test
  void aLongTextInTheBodyIsKept() {
    String text = "x".repeat(100_000);
    assertThat(set("{\"a\":\"" + text + "\",\"serviceTier\":\"" + text + "\"}", "default"))
        .isEqualTo("{\"a\":\"" + text + "\",\"serviceTier\":{\"type\":\"default\"}}");
  }

  private static String set(String body, String tier) {
    return new String(
        ConverseTier.set(body.getBytes(StandardCharsets.UTF_8), tier), StandardCharsets.UTF_8);
  }
}
