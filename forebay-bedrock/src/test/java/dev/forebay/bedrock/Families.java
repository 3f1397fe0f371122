package dev.forebay.bedrock;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.converter.ConvertWith;
import org.junit.jupiter.params.converter.TypedArgumentConverter;

/** Families of models, and how tables of tests name them. */
final class Families {
  private static final ModelFamily QWEN = ModelFamily.of("qwen.qwen3-32b-v1:0");

  private Families() {}

  /** A family by its name in capitals, with {@code _} for {@code -}, or {@code UNKNOWN}. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @ConvertWith(Converter.class)
  @interface Named {}

  static ModelFamily[] all() {
    return Stream.of(
            ModelFamily.ANTHROPIC,
            ModelFamily.NOVA,
            ModelFamily.TITAN_TEXT,
            ModelFamily.TITAN_EMBED,
            ModelFamily.LLAMA,
            ModelFamily.MISTRAL,
            ModelFamily.MISTRAL_PROMPT,
            ModelFamily.MISTRAL_CHAT,
            ModelFamily.MISTRAL_2402,
            ModelFamily.OPENAI,
            QWEN,
            ModelFamily.COMMAND_R,
            ModelFamily.DEEPSEEK_R1,
            ModelFamily.UNKNOWN)
        .toArray(ModelFamily[]::new);
  }

  static final class Converter extends TypedArgumentConverter<String, ModelFamily> {
    Converter() {
      super(String.class, ModelFamily.class);
    }

    @Override
    protected ModelFamily convert(@Nullable String source) {
      String name = source == null ? "" : source.toLowerCase(Locale.ROOT).replace('_', '-');
      return Arrays.stream(all())
          .filter(family -> family.name().equals(name.equals("unknown") ? "" : name))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no family is called " + source));
    }
  }
}
