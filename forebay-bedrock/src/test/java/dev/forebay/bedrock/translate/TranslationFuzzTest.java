package dev.forebay.bedrock.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.Allocated;
import dev.forebay.bedrock.Frame;
import dev.forebay.bedrock.FrameSplitter;
import dev.forebay.bedrock.MalformedFrameException;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Mutations;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hostile bodies and answers are refused, or read, and nothing else. */
class TranslationFuzzTest {
  private static final int COUNT = Mutations.COUNT / 2;

  /** Much more than any of the few kilobytes that are read here should take. */
  private static final long MAX_ALLOCATED = 4 << 20;

  private static final String[] MODELS = {
    Given.CLAUDE,
    Given.OLD_CLAUDE,
    Given.NOVA,
    Given.LLAMA,
    Given.OLD_LLAMA,
    Given.MISTRAL_LARGE,
    Given.MISTRAL_7B,
    Given.TITAN,
    Given.GPT_OSS,
    Given.COMMAND_R,
    Given.DEEPSEEK_R1,
    Given.UNLISTED
  };

  private record Body(String model, String json) {}

  private record Event(String type, String payload) {}

  private final Body[] bodies =
      Stream.concat(RequestTranslationTest.bodies(), ChatFormsTest.bodies())
          .map(each -> new Body(text(each.get()[1]), text(each.get()[2])))
          .toArray(Body[]::new);

  @Test
  void anyBodyIsMalformedIneligibleOrTranslated() {
    Mutations mutations = new Mutations(11);
    Allocated allocated = new Allocated();
    int malformed = 0;
    int translated = 0;
    for (int i = 0; i < COUNT; i++) {
      Body body = mutations.pick(bodies);
      byte[] json = i % 3 == 0 ? mutations.of(utf8(body.json)) : mutations.ofJson(utf8(body.json));
      Operation operation = mutations.pick(Operation.values());
      String other = mutations.pick(MODELS);
      RequestFacts facts = RequestFacts.read(operation, ModelFamily.of(body.model), json);
      if (facts instanceof RequestFacts.Read read) {
        CallAdapter adapter =
            new CallAdapter(
                operation,
                AskedModel.of(body.model, body.model),
                () -> json,
                name -> null,
                read,
                AdaptationSettings.BUILT_IN);
        boolean[] done = new boolean[1];
        allocated.by(() -> done[0] = translates(adapter, other));
        translated += done[0] ? 1 : 0;
      } else {
        malformed++;
      }
    }
    System.out.printf(
        "%,d damaged bodies: %,d malformed, %,d translated, at most %,d bytes each%n",
        COUNT, malformed, translated, allocated.most());
    assertThat(malformed).isBetween(COUNT / 20, COUNT - COUNT / 20);
    assertThat(translated).isGreaterThan(COUNT / 100);
    assertThat(allocated.most()).isLessThan(MAX_ALLOCATED);
  }

  private static boolean translates(CallAdapter adapter, String model) {
    String objection = adapter.objection(model);
    if (objection == null) {
      return adapter.translation(model).map(Translation::body).isPresent();
    }
    assertThat(objection).isNotBlank().hasSizeLessThan(500);
    return false;
  }

  @Test
  void anyAnswerIsTranslatedOrSaidToBeNone() {
    Mutations mutations = new Mutations(12);
    Allocated allocated = new Allocated();
    Translation[] translations = translations(false);
    byte[][] answers = {
      utf8(
          "{\"metrics\":{\"latencyMs\":232},\"output\":{\"message\":{\"content\":[{\"text\":\"Hi\"},{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\",\"input\":{\"a\":[1,2.50]}}},{\"reasoningContent\":{}}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":5,\"outputTokens\":7,\"cacheReadInputTokens\":1}}")
    };
    int untranslatable = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] answer =
          i % 3 == 0
              ? mutations.of(mutations.pick(answers))
              : mutations.ofJson(mutations.pick(answers));
      Translation translation = mutations.pick(translations);
      boolean[] failed = new boolean[1];
      allocated.by(
          () -> {
            try {
              translation.answer(answer, name -> null);
            } catch (UntranslatableException e) {
              failed[0] = true;
            }
          });
      untranslatable += failed[0] ? 1 : 0;
    }
    System.out.printf(
        "%,d damaged answers: %,d untranslatable, at most %,d bytes each%n",
        COUNT, untranslatable, allocated.most());
    assertThat(untranslatable).isBetween(COUNT / 20, COUNT - COUNT / 20);
    assertThat(allocated.most()).isLessThan(MAX_ALLOCATED);
  }

  @Test
  void anyStreamIsTranslatedOrSaidToBeNone() throws Exception {
    Mutations mutations = new Mutations(13);
    Translation[] translations = translations(true);
    Event[] events = {
      new Event("messageStart", "{\"role\":\"assistant\",\"p\":\"ab\"}"),
      new Event(
          "contentBlockStart",
          "{\"contentBlockIndex\":1,\"start\":{\"toolUse\":{\"toolUseId\":\"t1\",\"name\":\"f\"}}}"),
      new Event("contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hel\"}}"),
      new Event(
          "contentBlockDelta",
          "{\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{\\\"a\\\":1}\"}}}"),
      new Event("contentBlockStop", "{\"contentBlockIndex\":1}"),
      new Event("messageStop", "{\"stopReason\":\"end_turn\"}"),
      new Event(
          "metadata",
          "{\"usage\":{\"inputTokens\":5,\"outputTokens\":7},\"metrics\":{\"latencyMs\":42}}"),
      new Event("news", "{\"x\":1}")
    };
    int untranslatable = 0;
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      frames.clear();
      StreamTranslation stream = mutations.pick(translations).stream(name -> null, frames::add);
      try {
        for (int n = 0; n < 4; n++) {
          Event event = mutations.pick(events);
          stream.read(frame(event.type, utf8(event.payload)));
        }
        Event event = mutations.pick(events);
        stream.read(frame(event.type, mutations.ofJson(utf8(event.payload))));
        stream.end();
      } catch (UntranslatableException e) {
        untranslatable++;
      }
    }
    System.out.printf("%,d damaged streams: %,d untranslatable%n", COUNT, untranslatable);
    assertThat(untranslatable).isBetween(COUNT / 20, COUNT - COUNT / 20);
  }

  private Translation[] translations(boolean streaming) {
    List<Translation> all = new ArrayList<>();
    for (Body body : bodies) {
      Given call =
          Given.call(streaming ? Operation.INVOKE_STREAM : Operation.INVOKE, body.model, body.json);
      for (String other : MODELS) {
        if (call.isTranslatedFor(other)) {
          all.add(call.translation(other));
        }
      }
    }
    return all.toArray(Translation[]::new);
  }

  private static Frame frame(String type, byte[] payload) throws MalformedFrameException {
    List<Frame> frames = new ArrayList<>(1);
    new FrameSplitter().feed(Frame.event(type, payload), frames::add);
    return frames.getFirst();
  }

  private static String text(@Nullable Object argument) {
    return String.valueOf(argument);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
