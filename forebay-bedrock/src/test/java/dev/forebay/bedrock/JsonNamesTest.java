package dev.forebay.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNamesTest {
  static List<String> names() {
    return JsonNames.NAMES;
  }

  @Test
  void eachNameStandsInTheTableOnce() {
    assertThat(names()).doesNotHaveDuplicates().allMatch(name -> !name.isEmpty());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aNameIsFoundAsTheSameObject(String name) {
    assertThat(known("", name, "")).isSameAs(name);
    assertThat(known("{\"", name, "\":1}")).as("within a text").isSameAs(name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void whatDiffersInOneByteIsNotFound(String name) {
    Set<String> all = Set.copyOf(names());
    List<String> others = new ArrayList<>();
    for (int i = 0; i < name.length(); i++) {
      others.add(name.substring(0, i));
      others.add(name.substring(i + 1));
      others.add(name.substring(0, i) + (char) (name.charAt(i) ^ 1) + name.substring(i + 1));
      others.add(name.substring(0, i) + (char) (name.charAt(i) ^ 0x20) + name.substring(i + 1));
    }
    others.add(name + "x");
    others.add(name + name);
    others.removeIf(all::contains);
    assertThat(others).allSatisfy(other -> assertThat(known("", other, "")).isNull());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "Role", "größe", "名", "\u0000"})
  void anUnknownNameIsNotFound(String name) {
    assertThat(known("", name, "")).isNull();
  }

  private static @Nullable String known(String before, String name, String after) {
    byte[] text = (before + name + after).getBytes(UTF_8);
    int from = before.getBytes(UTF_8).length;
    return JsonNames.known(text, from, from + name.getBytes(UTF_8).length);
  }
}
