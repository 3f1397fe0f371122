package dev.forebay.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDigestTest {
  private static final ModelPath CONVERSE = path("/model/m/converse");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":1,"b":[1,2]}          | { "b" : [1, 2],\t"a" : 1 }
          {"a":{"x":1,"y":2}}        | {"a":{"y":2,"x":1}}
          {"t":0.7}                  | {"t":7e-1}
          {"t":1}                    | {"t":1.0}
          {"t":"a"}                  | {"t":"\\u0061"}
          {"m":1}                    | {"m":1,"requestMetadata":{"run":"7"}}
          {}                         | { }
          """)
  void whatMeansTheSameIsTheSame(String one, String other) {
    assertThat(digest(one)).isPresent().isEqualTo(digest(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"a":[1,2]}                | {"a":[2,1]}
          {"a":"1"}                  | {"a":1}
          {"a":null}                 | {"a":"null"}
          {"a":null}                 | {}
          {"a":true}                 | {"a":false}
          {"a":"b","c":"d"}          | {"a":"bc","":"d"}
          {"a":{"requestMetadata":1}}| {"a":{}}
          {"a":["b","c"]}            | {"a":["bc"]}
          {"a":[["b"],"c"]}          | {"a":["b",["c"]]}
          {"a":"x"}                  | {"a":"x "}
          """)
  void whatMayBeAnsweredDifferentlyDiffers(String one, String other) {
    assertThat(digest(one)).isPresent().isNotEqualTo(digest(other));
  }

  @Test
  void tenantModelOperationAndSteeringHeadersCount() {
    String body = "{\"a\":1}";
    Optional<String> usual = digest(body);

    assertThat(of("other", CONVERSE, List.of(), body)).isNotEqualTo(usual);
    assertThat(of("t", path("/model/n/converse"), List.of(), body)).isNotEqualTo(usual);
    assertThat(of("t", path("/model/m/invoke"), List.of(), body)).isNotEqualTo(usual);
    assertThat(
            of("t", CONVERSE, List.of(Map.entry("X-Amzn-Bedrock-GuardrailIdentifier", "g")), body))
        .isNotEqualTo(usual);
    assertThat(of("t", CONVERSE, List.of(Map.entry("Anthropic-Beta", "b")), body))
        .isNotEqualTo(usual);
    assertThat(of("t", CONVERSE, List.of(Map.entry("X-Tenant", "blue")), body)).isNotEqualTo(usual);
  }

  @Test
  void streamedOrNotAndOtherHeadersDoNot() {
    String body = "{\"a\":1}";

    assertThat(of("t", path("/model/m/converse-stream"), List.of(), body)).isEqualTo(digest(body));
    assertThat(
            of(
                "t",
                CONVERSE,
                List.of(Map.entry("user-agent", "x"), Map.entry("X-Amzn-Bedrock-Accept", "y")),
                body))
        .isEqualTo(digest(body));
  }

  @Test
  void aChatBodysOwnWordOnStreamsDoesNot() {
    ModelPath chat = path("/model/openai.gpt-oss-20b-1:0/invoke");
    ModelPath stream = path("/model/openai.gpt-oss-20b-1:0/invoke-with-response-stream");
    ModelPath other = path("/model/acme.large/invoke");
    Optional<String> usual = of("t", chat, List.of(), "{\"a\":1}");

    assertThat(of("t", chat, List.of(), "{\"a\":1,\"stream\":false}")).isEqualTo(usual);
    assertThat(of("t", stream, List.of(), "{\"stream\":true,\"a\":1}")).isEqualTo(usual);
    assertThat(of("t", chat, List.of(), "{\"a\":1,\"x\":{\"stream\":true}}"))
        .isNotEqualTo(of("t", chat, List.of(), "{\"a\":1,\"x\":{}}"));
    assertThat(of("t", other, List.of(), "{\"a\":1,\"stream\":true}"))
        .isNotEqualTo(of("t", other, List.of(), "{\"a\":1}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "{",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"x\":{\"a\":1,\"a\":2}}"
      })
  void whatIsNoRequestHasNone(String body) {
    assertThat(digest(body)).isEmpty();
  }

  private static Optional<String> digest(String body) {
    return of("t", CONVERSE, List.of(), body);
  }

  private static Optional<String> of(
      String tenant, ModelPath path, List<Map.Entry<String, String>> headers, String body) {
    return RequestDigest.of(
        tenant, path, headers, Set.of("x-tenant"), body.getBytes(StandardCharsets.UTF_8));
  }

  private static ModelPath path(String raw) {
    return ModelPath.parse(raw).orElseThrow();
  }

  @Test
  void damagedBodiesHaveADigestOrNone() {
    Mutations mutations = new Mutations(7);
    byte[] body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}],\"inferenceConfig\":{\"maxTokens\":512,\"topP\":0.90}}"
            .getBytes(StandardCharsets.UTF_8);
    ModelPath path = new ModelPath(Operation.CONVERSE, "a.model", "a.model");
    int found = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      byte[] damaged = i % 2 == 0 ? mutations.of(body) : mutations.ofJson(body);
      found += RequestDigest.of("anyone", path, List.of(), Set.of(), damaged).isPresent() ? 1 : 0;
    }
    assertThat(found).isBetween(Mutations.COUNT / 20, Mutations.COUNT - Mutations.COUNT / 20);
  }
}
