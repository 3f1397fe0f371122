package dev.forebay.client;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A forgotten value is no setting: it fails where it is given, and is named. */
@SuppressWarnings("NullAway")
class NullArgumentsTest {
  @Test
  void aFileThatIsNullIsNotNoFile() {
    assertThatThrownBy(() -> Forebay.fromConfig(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("yaml");
  }

  @Test
  void watchersAreNeeded() {
    assertThatThrownBy(() -> Forebay.builder().listener(null)).hasMessage("hears");
    assertThatThrownBy(() -> Forebay.builder().tracing(null)).hasMessage("follows");
  }

  @Test
  void workNeedsRouteOptionsAndWork() {
    try (Forebay forebay = Forebay.builder().build()) {
      assertThatThrownBy(() -> forebay.call(null, target -> "done")).hasMessage("route");
      assertThatThrownBy(() -> forebay.call("route", null, target -> "done")).hasMessage("options");
      assertThatThrownBy(() -> forebay.call("route", null)).hasMessage("work");
      assertThatThrownBy(() -> forebay.callAsync("route", null)).hasMessage("work");
    }
  }
}
