package dev.forebay.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
  private final Headers headers = new Headers().add("A", "1").add("b", "2").add("a", "3");

  @Test
  void namesHaveAnyCaseAndSeveralValuesInTheirOrder() {
    assertThat(headers.get("a")).isEqualTo("1");
    assertThat(headers.get("B")).isEqualTo("2");
    assertThat(headers.get("c")).isNull();
    assertThat(headers.getAll("A")).containsExactly("1", "3");
    assertThat(headers.getAll("c")).isEmpty();
    assertThat(headers.names()).containsExactly("a", "b");
    assertThat(headers.contains("B")).isTrue();
  }

  @Test
  void settingReplacesAllValuesAndRemovingLeavesNone() {
    assertThat(lines(headers.set("a", "9"))).containsExactly("b: 2", "a: 9");
    assertThat(lines(headers.remove("B"))).containsExactly("a: 9");
    assertThat(headers.remove("a").isEmpty()).isTrue();
  }

  @Test
  void eachNameIsTakenOnceWithItsValuesInTheOrderOfTheFirst() {
    assertThat(byName(headers)).containsExactly("A: [1, 3]", "b: [2]");
    assertThat(byName(headers.set("a", "9"))).containsExactly("b: [2]", "a: [9]");
    assertThat(byName(new Headers())).isEmpty();
  }

  @Test
  void namesOfEqualLengthAndFirstLetterAreDistinguished() {
    Headers alike = new Headers().add("abc", "1").add("ABD", "2").addReceived("", "3");
    assertThat(alike.get("aBd")).isEqualTo("2");
    assertThat(alike.get("abe")).isNull();
    assertThat(alike.get("")).isEqualTo("3");
    assertThat(byName(alike)).containsExactly("abc: [1]", "ABD: [2]", ": [3]");
    assertThat(alike.remove("abc").get("abc")).isNull();
    assertThat(new Headers(alike).get("abd")).isEqualTo("2");
  }

  @Test
  void aCopyIsChangedApart() {
    Headers copy = new Headers(headers).set("a", "9");
    assertThat(lines(copy)).containsExactly("b: 2", "a: 9");
    assertThat(lines(headers)).containsExactly("A: 1", "b: 2", "a: 3");
  }

  @Test
  void manyHeadersHavePlace() {
    Headers many = new Headers();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add("h" + i, "v" + i);
      expected.add("h" + i + ": v" + i);
    }
    assertThat(lines(new Headers(many))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb: c", "a\nb", "\u0000", "\u007f"})
  void whatWouldBreakOutOfAValueIsRefusedButMayBeReceived(String value) {
    assertThatThrownBy(() -> headers.add("c", value)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> headers.set("c", value)).isInstanceOf(IllegalArgumentException.class);
    Headers received = new Headers().addReceived("c", value);
    assertThat(received.get("c")).isEqualTo(value);
    assertThatThrownBy(() -> headers.addAll(received)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a:b", "\u00e4", "a\nb"})
  void aNameIsAToken(String name) {
    assertThatThrownBy(() -> headers.add(name, "v")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theirTextHasNoValues() {
    assertThat(headers).hasToString("[a, b]");
  }

  private static List<String> byName(Headers headers) {
    List<String> lines = new ArrayList<>();
    headers.forEachName((name, values) -> lines.add(name + ": " + values));
    return lines;
  }

  private static List<String> lines(Headers headers) {
    List<String> lines = new ArrayList<>();
    headers.forEach(each -> lines.add(each.getKey() + ": " + each.getValue()));
    return lines;
  }
}
