package dev.forebay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.forebay.config.ConfigTree.Items;
import dev.forebay.config.ConfigTree.Keys;
import dev.forebay.config.ConfigTree.Value;
import dev.forebay.core.Flaw;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A configuration from an application's properties. */
class ConfigTreeTest {
  private static final SourcePosition PLACE = new SourcePosition("application.yaml", 3, 5);

  private static ConfigTree value(String text) {
    return new Value(text, PLACE);
  }

  private static Keys keys(Object... pairs) {
    Map<String, ConfigTree> keys = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      keys.put(
          (String) pairs[i],
          pairs[i + 1] instanceof ConfigTree tree ? tree : value((String) pairs[i + 1]));
    }
    return new Keys(keys, PLACE);
  }

  private static Keys whole(Object... ofRoute) {
    Map<String, ConfigTree> route = new LinkedHashMap<>(keys(ofRoute).keys());
    route.put("tiers", new Items(List.of(new Items(List.of(value("use1")), PLACE)), PLACE));
    return new Keys(
        Map.of(
            "targets",
            keys("use1", keys("region", "us-east-1", "model", "us.model-v1:0")),
            "routes",
            keys("any.model-v1:0", new Keys(route, PLACE))),
        new SourcePosition("properties", 0, 0));
  }

  private static RouteConfig read(Object... ofRoute) {
    return ConfigFile.parse(whole(ofRoute), "forebay", Map.of("FIVE", "5s"))
        .routes()
        .values()
        .iterator()
        .next();
  }

  private static Problem problem(Keys tree) {
    return catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.parse(tree, "forebay", Map.of()))
        .problems()
        .getFirst();
  }

  @Test
  void theKeysAreTheFilesWithDefaults() {
    RouteConfig route = read("deadline", "${FIVE}");
    assertThat(route.route().name()).isEqualTo("any.model-v1:0");
    assertThat(route.route().deadline()).isEqualTo(Duration.ofSeconds(5));
    assertThat(route.route().tiers().getFirst().targets().getFirst().name()).isEqualTo("use1");
    assertThat(route.route().retry().maxAttempts()).isEqualTo(5);
  }

  @Test
  void aKeyMayHaveHyphensOrNoCapitals() {
    assertThat(read("retry", keys("max-attempts", "2")).route().retry().maxAttempts()).isEqualTo(2);
    assertThat(read("retry", keys("maxattempts", "3")).route().retry().maxAttempts()).isEqualTo(3);
    assertThat(read("retry", keys("maxAttempts", "4")).route().retry().maxAttempts()).isEqualTo(4);
  }

  @Test
  void anEmptyTextIsASectionWithoutKeysOrAnEmptyList() {
    assertThat(read("cache", "").cache()).contains(RouteConfig.Cache.DEFAULTS);
    assertThat(read("fallback-on", "").fallbackOn()).isEmpty();
  }

  @Test
  void aTextWithCommasIsAList() {
    assertThat(read("fallback-on", "refusal, empty").fallbackOn())
        .containsExactlyInAnyOrder(Flaw.REFUSAL, Flaw.EMPTY);
    assertThat(read("fallback-on", "refusal").fallbackOn()).containsExactly(Flaw.REFUSAL);
  }

  @Test
  void aMisspeltKeyIsNamedWithItsPlaceAndTheNearest() {
    assertThat(problem(whole("retry", keys("max-atempts", "2"))))
        .hasToString(
            "application.yaml:3:5: forebay.routes.'any.model-v1:0'.retry: unknown key"
                + " 'max-atempts'; did you mean 'maxAttempts'?");
  }

  @Test
  void aWrongValueIsNamedWithItsPlaceAndTheForm() {
    assertThat(problem(whole("deadline", "soon")).toString())
        .startsWith("application.yaml:3:5: forebay.routes.'any.model-v1:0'.deadline: 'soon'");
    assertThat(problem(whole("deadline", keys("seconds", "3"))).message())
        .isEqualTo("is a section with keys");
    assertThat(problem(whole("retry", "5")).message()).isEqualTo("is a single value");
  }

  @Test
  void aMissingKeyIsNamedBelowTheRoot() {
    assertThatThrownBy(
            () ->
                ConfigFile.parse(
                    new Keys(Map.of(), new SourcePosition("properties", 0, 0)),
                    "forebay",
                    Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("properties: forebay.targets: is missing");
  }

  @Test
  void namesThatLeadToAKeyAreKnown() {
    assertThat(ConfigTree.isKey(List.of("routes", "chat", "retry", "maxattempts"))).isTrue();
    assertThat(ConfigTree.isKey(List.of("routes", "chat", "tiers", "0", "0"))).isTrue();
    assertThat(ConfigTree.isKey(List.of("routes", "chat", "cache"))).isTrue();
    assertThat(ConfigTree.isKey(List.of("auth", "keys", "0", "name"))).isTrue();
    assertThat(ConfigTree.isKey(List.of("service", "host"))).isFalse();
    assertThat(ConfigTree.isKey(List.of("routes", "chat", "deadline", "more"))).isFalse();
  }
}
