package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Mutations;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.model.Feature;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is seen of a body in passing is what a look at all of it shows. */
class PlainTextTest {
  private static final String PLAIN =
      """
      {"system": [{"text": "Be brief."}], "messages": [{"role": "user", "content": [{"text": "Hi"}]},
       {"role": "assistant", "content": [{"text": "Hello."}]}, {"role": "user", "content": [{"text": "And"}]}],
       "inferenceConfig": {"maxTokens": 200, "temperature": 0.5}}
      """;

  private static final String[] SECTIONS = {
    "\"system\": [{\"text\": \"Be brief.\"}]",
    "\"system\": []",
    "\"system\": [{}]",
    "\"system\": [\"x\"]",
    "\"system\": [[7]]",
    "\"system\": [1]",
    "\"system\": [{\"cachePoint\": {}}]",
    "\"messages\": [{\"role\": \"user\", \"content\": [{\"text\": \"Hi\"}]}]",
    "\"messages\": [{\"role\": \"user\"}, {\"role\": \"assistant\"}]",
    "\"messages\": [{\"role\": \"assistant\"}, {\"role\": \"user\", \"content\": [{\"image\": {}}]}]",
    "\"messages\": [{\"role\": \"\\u0061ssistant\"}]",
    "\"messages\": [{\"role\": \"assistant\", \"role\": \"user\"}]",
    "\"messages\": [{\"role\": \"user\", \"role\": \"assistant\"}]",
    "\"messages\": {\"role\": \"user\"}",
    "\"messages\": []",
    "\"inferenceConfig\": {\"maxTokens\": 5, \"temperature\": 1}",
    "\"inferenceConfig\": {\"temperature\": 1, \"topP\": 1}",
    "\"inferenceConfig\": {\"stopSequences\": [\"x\"]}",
    "\"inferenceConfig\": {\"temperature\": 1e999999999}",
    "\"toolConfig\": {\"tools\": [{}]}",
    "\"other\": 1"
  };

  @Test
  void aConversationOfTextIsPlain() {
    RequestFacts.Read facts = read(PLAIN.getBytes(StandardCharsets.UTF_8));
    assertThat(facts.plainText()).isTrue();
    assertThat(facts.systemPrompt()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"messages\":[{\"role\":\"assistant\",\"content\":[{\"text\":\"x\"}]}]}",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"image\":{}}]}]}",
        "{\"messages\":[{\"role\":\"user\"}],\"toolConfig\":{}}",
        "{\"messages\":[{\"role\":\"user\"}],\"inferenceConfig\":{\"stopSequences\":[]}}",
        "{}"
      })
  void whateverElseThereIsIsNot(String body) {
    assertThat(read(body.getBytes(StandardCharsets.UTF_8)).plainText()).isFalse();
  }

  @Test
  void aPlainBodyNeedsWhatIsInIt() {
    SplittableRandom random = new SplittableRandom(3);
    Mutations mutations = new Mutations(4);
    int plain = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      byte[] body =
          i % 2 == 0
              ? mutations.ofJson(PLAIN.getBytes(StandardCharsets.UTF_8))
              : sections(random, mutations).getBytes(StandardCharsets.UTF_8);
      if (RequestFacts.read(Operation.CONVERSE, ModelFamily.NOVA, body)
              instanceof RequestFacts.Read facts
          && facts.plainText()) {
        plain++;
        JsonNode tree = Trees.read(body);
        CallNeeds all = CallNeeds.ofConverse((ObjectNode) tree, i % 3 == 0, facts);
        all.features().remove(Feature.SAMPLING); // which is adapted where a model has none
        assertThat(CallNeeds.ofPlainText(facts))
            .describedAs(new String(body, StandardCharsets.UTF_8))
            .isEqualTo(all);
      }
    }
    assertThat(plain).isGreaterThan(Mutations.COUNT / 10);
  }

  private static String sections(SplittableRandom random, Mutations mutations) {
    StringBuilder body = new StringBuilder("{").append(SECTIONS[random.nextInt(8)]);
    for (int n = random.nextInt(4); n > 0; n--) {
      body.append(',').append(mutations.pick(SECTIONS));
    }
    return body.append('}').toString();
  }

  private static RequestFacts.Read read(byte[] body) {
    return (RequestFacts.Read) RequestFacts.read(Operation.CONVERSE, ModelFamily.NOVA, body);
  }
}
