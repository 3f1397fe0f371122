package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Random conversations, written in each family's form, are the same conversation in Converse. */
class ConversationRoundTripTest {
  private static final int CONVERSATIONS = 500;
  private static final List<String> WORDS =
      List.of(
          "hello", "Wörter", "日本", "\"quoted\"", "line\nbreak", "a\tb", "😀", "{json}", "<b>", "|");

  record Conversation(String system, List<String> turns, int maxTokens) {}

  enum Form {
    ANTHROPIC(Given.CLAUDE) {
      @Override
      ObjectNode write(Conversation conversation) {
        ObjectNode body = Trees.object().put("max_tokens", conversation.maxTokens);
        if (!conversation.system.isEmpty()) {
          body.put("system", conversation.system);
        }
        return withMessages(body, conversation);
      }
    },
    NOVA(Given.NOVA) {
      @Override
      ObjectNode write(Conversation conversation) {
        return expected(conversation).put("schemaVersion", "messages-v1");
      }
    },
    LLAMA(Given.LLAMA) {
      @Override
      ObjectNode write(Conversation conversation) {
        StringBuilder prompt = new StringBuilder("<|begin_of_text|>");
        if (!conversation.system.isEmpty()) {
          header(prompt, "system").append(conversation.system).append("<|eot_id|>");
        }
        for (int i = 0; i < conversation.turns.size(); i++) {
          header(prompt, role(i)).append(conversation.turns.get(i)).append("<|eot_id|>");
        }
        return Trees.object()
            .put("prompt", header(prompt, "assistant").toString())
            .put("max_gen_len", conversation.maxTokens);
      }
    },
    LLAMA_2("meta.llama2-70b-chat-v1") {
      @Override
      ObjectNode write(Conversation conversation) {
        String system =
            conversation.system.isEmpty()
                ? ""
                : "<<SYS>>\n" + conversation.system + "\n<</SYS>>\n\n";
        StringBuilder prompt = new StringBuilder("<s>");
        for (int i = 0; i < conversation.turns.size(); i++) {
          prompt.append(
              i % 2 == 0
                  ? "[INST] " + (i == 0 ? system : "") + conversation.turns.get(i) + " [/INST]"
                  : " " + conversation.turns.get(i) + "</s>");
        }
        return Trees.object()
            .put("prompt", prompt.toString())
            .put("max_gen_len", conversation.maxTokens);
      }
    },
    MISTRAL_CHAT(Given.MISTRAL_LARGE) {
      @Override
      ObjectNode write(Conversation conversation) {
        ObjectNode body = Trees.object().put("max_tokens", conversation.maxTokens);
        if (!conversation.system.isEmpty()) {
          body.withArrayProperty("messages")
              .addObject()
              .put("role", "system")
              .put("content", conversation.system);
        }
        return withMessages(body, conversation);
      }
    };

    private final String model;

    Form(String model) {
      this.model = model;
    }

    abstract ObjectNode write(Conversation conversation);

    private static StringBuilder header(StringBuilder prompt, String role) {
      return prompt.append("<|start_header_id|>").append(role).append("<|end_header_id|>\n\n");
    }

    private static ObjectNode withMessages(ObjectNode body, Conversation conversation) {
      for (int i = 0; i < conversation.turns.size(); i++) {
        body.withArrayProperty("messages")
            .addObject()
            .put("role", role(i))
            .put("content", conversation.turns.get(i));
      }
      return body;
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void everyConversationIsTheSame(Form form) {
    SplittableRandom random = new SplittableRandom(form.name().hashCode());
    for (int i = 0; i < CONVERSATIONS; i++) {
      Conversation conversation = conversation(random);
      Given call = Given.invoke(form.model, Trees.writeString(form.write(conversation)));
      JsonNode sent = call.sentTo(form == Form.ANTHROPIC ? Given.NOVA : Given.CLAUDE);

      assertThat(call.objection(form == Form.ANTHROPIC ? Given.NOVA : Given.CLAUDE)).isNull();
      assertThat(sent).isEqualTo(expected(conversation));
    }
  }

  private static ObjectNode expected(Conversation conversation) {
    ObjectNode request = Trees.object();
    if (!conversation.system.isEmpty()) {
      request.putArray("system").addObject().put("text", conversation.system);
    }
    ArrayNode messages = request.putArray("messages");
    for (int i = 0; i < conversation.turns.size(); i++) {
      ObjectNode message = messages.addObject().put("role", role(i));
      message.putArray("content").addObject().put("text", conversation.turns.get(i));
    }
    request.putObject("inferenceConfig").put("maxTokens", conversation.maxTokens);
    return request;
  }

  private static Conversation conversation(SplittableRandom random) {
    List<String> turns = new ArrayList<>();
    for (int i = 2 * random.nextInt(4); i >= 0; i--) {
      turns.add(text(random));
    }
    return new Conversation(
        random.nextBoolean() ? "" : text(random), turns, 1 + random.nextInt(4000));
  }

  private static String text(SplittableRandom random) {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      words.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", words);
  }

  private static String role(int turn) {
    return turn % 2 == 0 ? "user" : "assistant";
  }
}
