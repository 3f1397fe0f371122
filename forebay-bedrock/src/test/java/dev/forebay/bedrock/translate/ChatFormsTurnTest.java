package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kept chat completion is its stream, and the other way round. */
class ChatFormsTurnTest {
  private static final String HEAD =
      "\"id\":\"c\",\"object\":\"chat.completion\",\"created\":7,\"model\":\"m\",";
  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}";
  private static final String TEXT =
      "{"
          + HEAD
          + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
          + USAGE
          + "}";
  private static final String TOOLS =
      "{"
          + HEAD
          + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":null,\"refusal\":null,\"tool_calls\":["
          + "{\"id\":\"t1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}},"
          + "{\"id\":\"t2\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"{}\"}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}],"
          + USAGE
          + "}";

  @ParameterizedTest
  @ValueSource(strings = {TEXT, TOOLS})
  void aWholeAnswerSurvivesItsStream(String whole) {
    byte[] stream = ChatForms.streamed(utf8(whole)).orElseThrow();

    assertThat(Trees.read(ChatForms.whole(stream).orElseThrow())).isEqualTo(Trees.read(whole));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "not JSON",
        "{\"type\":\"message\",\"content\":[]}",
        "{\"object\":\"chat.completion\",\"choices\":[]}",
        "{\"object\":\"chat.completion\",\"news\":1,\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"x\"},\"finish_reason\":\"stop\"}]}",
        "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"x\",\"audio\":{}},\"finish_reason\":\"stop\"}]}",
        "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"x\"},\"finish_reason\":null}]}"
      })
  void whatIsNoWholeChatIsNotTurned(String body) {
    assertThat(ChatForms.streamed(utf8(body))).isEmpty();
  }

  @Test
  void aStreamThatDidNotEndIsNotTurned() {
    byte[] stream = ChatForms.streamed(utf8(TEXT)).orElseThrow();
    byte[] other = StreamTranslation.frame(Trees.object().put("generation", "x"));

    assertThat(ChatForms.whole(new byte[0])).isEmpty();
    assertThat(ChatForms.whole(other)).isEmpty();
    assertThat(ChatForms.whole(Arrays.copyOf(stream, stream.length / 2))).isEmpty();
  }

  @Test
  void anyAnswerIsTurnedOrNot() {
    Mutations mutations = new Mutations(31);
    for (int i = 0; i < Mutations.COUNT / 20; i++) {
      byte[] damaged = mutations.ofJson(utf8(i % 2 == 0 ? TEXT : TOOLS));
      ChatForms.streamed(damaged).ifPresent(ChatForms::whole);
    }
    byte[] stream = ChatForms.streamed(utf8(TOOLS)).orElseThrow();
    for (int i = 0; i < Mutations.COUNT / 20; i++) {
      ChatForms.whole(mutations.of(stream));
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
