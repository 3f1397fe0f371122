package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.model.Feature;
import dev.forebay.bedrock.model.ModelTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a refusal says that can be left out, and what becomes of the call. */
class RepairTest {
  private static final String SONNET_4_5 = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String UNKNOWN_CLAUDE = "us.anthropic.claude-next-1";
  private static final String ASK = "{'role': 'user', 'content': 'Hello'}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "`temperature` is deprecated here                                        | sampling",
        "This model doesn't support the topP field, remove topP                  | sampling",
        "top_k: Extra inputs are not permitted                                   | sampling",
        "`temperature` and `top_p` cannot both be given, choose one              | ''",
        "This model doesn't support the stopSequences field                      | ''",
        "temperature: 3 is greater than the maximum of 1                         | ''",
        "\"thinking.type.enabled\" is not supported here, use adaptive           | thinking-budget",
        "adaptive thinking is not supported on this model                        | adaptive-thinking",
        "\"thinking.type.disabled\" is not supported for this model              | thinking-off",
        "system.0.cache_control.ephemeral.ttl: Extra inputs are not permitted    | cache-1h",
        "cachePoint ttl 1h is not supported                                      | cache-1h",
        "Malformed input: extraneous key [cachePoint] is not permitted           | cache",
        "toolConfig.tools.1: extraneous key [cachePoint] is not permitted        | tool-cache",
        "tools.0.custom.cache_control: Extra inputs are not permitted            | tool-cache",
        "messages.1.content.0: Invalid `signature` in `thinking` block           | thinking-history",
        "Invalid `signature`: the block belongs to a different conversation      | thinking-history",
        "This model does not support reasoningContent in messages                | thinking-history",
        "messages.1.content.0.type: Expected `thinking`, but found `tool_use`    | unbegun-thinking",
        "toolSpec.inputSchema: extraneous key [$schema] is not permitted         | schema-keywords",
        "tool schema keyword additionalProperties is not supported               | schema-keywords",
        "anthropic_beta: unexpected value 'x-2026'                               | beta-flags",
        "invalid beta flag                                                       | beta-flags",
        "anthropic-version 2026-10-21 is not supported by this model             | newer-version",
        "context_management: Extra inputs are not permitted                      | makers-fields",
        "tools.0.custom.defer_loading: Extra inputs are not permitted            | makers-fields",
        "thinking.display: Extra inputs are not permitted                        | makers-fields",
        "output_config.format: Extra inputs are not permitted                    | ''",
        "tools.0.custom.strict: Extra inputs are not permitted                   | ''",
        "the conversation must end with a user message                           | ''",
        "tool_choice: type \"any\" is not supported                              | ''",
        "This model doesn't support the image content block                      | ''",
        "The maximum tokens you requested exceeds the model limit of 8192        | ''",
        "messages: text content blocks must be non-empty                         | ''",
        "Too many requests, please wait before trying again.                     | ''",
      })
  void aRefusalNamesWhatTheModelLacks(String message, String lacks) {
    assertThat(keys(RepairRules.refused(400, message))).isEqualTo(lacks);
    assertThat(RepairRules.refused(429, message)).isEmpty();
  }

  @Test
  void theSameModelIsAskedOnceMoreAndTheLessonIsKept() {
    Kept kept = new Kept();
    CallAdapter call = claude("'temperature': 0.3, ", kept);

    assertThat(call.adapted(UNKNOWN_CLAUDE)).isEmpty();
    assertThat(call.repair(UNKNOWN_CLAUDE, 400, "`temperature` is deprecated")).isTrue();
    assertThat(call.adapted(UNKNOWN_CLAUDE).orElseThrow().adaptations())
        .containsExactly(Adaptation.SAMPLING);
    assertThat(call.repair(UNKNOWN_CLAUDE, 400, "`temperature` is deprecated")).isFalse();

    assertThat(claude("'temperature': 0.5, ", kept).adapted(UNKNOWN_CLAUDE)).isPresent();
    assertThat(claude("", kept).adapted(UNKNOWN_CLAUDE)).isEmpty();
  }

  @Test
  void nothingIsRepairedThatTheCallDoesNotHave() {
    Kept kept = new Kept();

    assertThat(claude("", kept).repair(UNKNOWN_CLAUDE, 400, "`temperature` is deprecated"))
        .isFalse();
    assertThat(kept.all).isEmpty();
  }

  @Test
  void theAskedModelsSamplingIsItsCallersOwnMatter() {
    Kept kept = new Kept();

    assertThat(
            claude("'temperature': 0.3, ", kept)
                .repair(SONNET_4_5, 400, "`temperature` is deprecated"))
        .isFalse();
    assertThat(kept.all).isEmpty();
  }

  @Test
  void theAskedModelLosesItsMarksButNothingElse() {
    Kept kept = new Kept();
    CallAdapter call = claude("'cache_control': {'type': 'ephemeral', 'ttl': '1h'}, ", kept);

    assertThat(call.repair(SONNET_4_5, 400, "cache_control.ttl: Extra inputs are not permitted"))
        .isTrue();
    assertThat(call.adapted(SONNET_4_5).orElseThrow().adaptations())
        .containsExactly(Adaptation.CACHE_MARKS);
  }

  @Test
  void aConversationsThinkingIsNoLessonAboutTheAskedModel() {
    Kept kept = new Kept();
    String refusal = "messages.1.content.0: Invalid `signature` in `thinking` block";

    assertThat(thought(kept, "a").repair(SONNET_4_5, 400, refusal)).isTrue();

    assertThat(thought(kept, "a").adapted(SONNET_4_5)).as("its next turn").isPresent();
    assertThat(thought(kept, "b").adapted(SONNET_4_5)).as("another conversation").isEmpty();
  }

  @Test
  void aTurnThatLosesItsThinkingCannotThinkOn() {
    CallAdapter call = thought(new Kept(), "a");

    assertThat(call.repair(SONNET_4_5, 400, "Invalid `signature` in `thinking` block")).isTrue();

    assertThat(Trees.read(call.adapted(SONNET_4_5).orElseThrow().body()).has("thinking")).isFalse();
  }

  @Test
  void deniedAccessMayBeARefusalOfMarks() {
    Kept kept = new Kept();
    String other = "us.openai.gpt-9";
    CallAdapter call = claude("'cache_control': {'type': 'ephemeral'}, ", kept);

    assertThat(call.repair(other, 403, "You don't have access to the model.")).isTrue();
    assertThat(kept.all).as("not sure yet").isEmpty();
    call.answered(other);
    assertThat(kept.all).containsKey(other);

    assertThat(claude("", kept).repair("us.openai.gpt-8", 403, "You don't have access.")).isFalse();
  }

  @Test
  void neverMeansNever() {
    CallAdapter call =
        Given.invoke(SONNET_4_5, json("{'temperature': 1, 'messages': [" + ASK + "]}"))
            .fitted(new AdaptationSettings(ModelTable.builtIn(), false, MissingFeatures.NONE))
            .adapter();

    assertThat(call.repair(UNKNOWN_CLAUDE, 400, "`temperature` is deprecated")).isFalse();
  }

  private static CallAdapter claude(String fields, MissingFeatures missing) {
    return Given.invoke(
            SONNET_4_5, json("{'max_tokens': 9, " + fields + "'messages': [" + ASK + "]}"))
        .fitted(new AdaptationSettings(ModelTable.builtIn(), true, missing))
        .adapter();
  }

  private static CallAdapter thought(MissingFeatures missing, String signature) {
    return Given.invoke(
            SONNET_4_5,
            json(
                "{'max_tokens': 2000, 'thinking': {'type': 'enabled', 'budget_tokens': 1024},"
                    + " 'tools': [{'name': 'f', 'input_schema': {}}], 'messages': ["
                    + ASK
                    + ", {'role': 'assistant', 'content': [{'type': 'thinking', 'thinking': 't',"
                    + " 'signature': '"
                    + signature
                    + "'}, {'type': 'tool_use', 'id': 'a', 'name': 'f', 'input':"
                    + " {}}]}, {'role': 'user', 'content': [{'type': 'tool_result', 'tool_use_id':"
                    + " 'a', 'content': 'r'}]}]}"))
        .fitted(new AdaptationSettings(ModelTable.builtIn(), true, missing))
        .adapter();
  }

  private static String keys(Set<Feature> features) {
    return features.stream().map(Feature::key).collect(Collectors.joining(", "));
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static final class Kept implements MissingFeatures {
    private final Map<String, Set<Feature>> all = new HashMap<>();

    @Override
    public Set<Feature> of(String subject) {
      return all.getOrDefault(subject, Set.of());
    }

    @Override
    public void learn(String subject, Set<Feature> lacks) {
      all.put(subject, lacks);
    }

    @Override
    public boolean ofConversations() {
      return all.keySet().stream().anyMatch(subject -> subject.startsWith(CONVERSATION));
    }
  }
}
