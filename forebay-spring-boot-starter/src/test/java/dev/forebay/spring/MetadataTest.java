package dev.forebay.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.PropertyTree;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What editors know of the properties is what the configuration has. */
class MetadataTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNode SCHEMA = JSON.readTree(ConfigFile.schema()).get("properties");

  /** The sections that have an effect in a program, with the type of what is under their names. */
  private static final Map<String, Class<? extends Record>> SECTIONS = sections();

  private static Map<String, Class<? extends Record>> sections() {
    Map<String, Class<? extends Record>> sections = new LinkedHashMap<>();
    sections.put("targets", ForebayKeys.Target.class);
    sections.put("routes", ForebayKeys.Route.class);
    sections.put("models", ForebayKeys.Model.class);
    sections.put("burndown", ForebayKeys.Burndown.class);
    return sections;
  }

  private static JsonNode metadata() throws IOException {
    try (InputStream in =
        MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      return JSON.readTree(Objects.requireNonNull(in));
    }
  }

  @Test
  void theTypesHaveTheKeysOfTheSchema() {
    SECTIONS.forEach(
        (section, type) ->
            assertThat(keys(type))
                .as(section)
                .isEqualTo(keys(SCHEMA.get(section).get("additionalProperties"))));
  }

  /** The keys of a type with those below them, as paths. */
  private static List<String> keys(Class<?> type) {
    List<String> keys = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      keys.add(component.getName());
      if (component.getType().isRecord()) {
        keys(component.getType()).forEach(below -> keys.add(component.getName() + "." + below));
      }
    }
    return keys;
  }

  private static List<String> keys(JsonNode schema) {
    List<String> keys = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      keys.add(property.getKey());
      if (property.getValue().has("properties")) {
        keys(property.getValue()).forEach(below -> keys.add(property.getKey() + "." + below));
      }
    }
    return keys;
  }

  @Test
  void theMetadataHasEachSectionWithItsMeaning() throws IOException {
    JsonNode metadata = metadata();
    SECTIONS.forEach(
        (section, type) -> {
          JsonNode property = property(metadata, "forebay." + section);
          assertThat(property.get("type").asString())
              .isEqualTo("java.util.Map<java.lang.String,%s>".formatted(type.getName()));
          assertThat(property.get("description").asString())
              .isEqualTo(SCHEMA.get(section).get("description").asString());
        });
  }

  private static List<String> cluster() {
    return keys(SCHEMA.get("cluster"));
  }

  @Test
  void theMetadataHasTheClustersKeysWithTheirMeaning() throws IOException {
    JsonNode metadata = metadata();
    assertThat(cluster())
        .isNotEmpty()
        .allSatisfy(
            key ->
                assertThat(
                        property(metadata, "forebay.cluster." + key).get("description").asString())
                    .isEqualTo(
                        SCHEMA
                            .get("cluster")
                            .get("properties")
                            .get(key)
                            .get("description")
                            .asString()));
  }

  @Test
  void theMetadataHasTheStartersOwnKeysAndNoOthers() throws IOException {
    List<String> names = new ArrayList<>();
    metadata().get("properties").forEach(property -> names.add(property.get("name").asString()));
    List<String> expected = new ArrayList<>();
    PropertyTree.OWN.forEach(own -> expected.add("forebay." + own));
    SECTIONS.keySet().forEach(section -> expected.add("forebay." + section));
    cluster().forEach(key -> expected.add("forebay.cluster." + key));
    expected.add("management.health.forebay.enabled");
    assertThat(names).containsExactlyElementsOf(expected);
  }

  private static JsonNode property(JsonNode metadata, String name) {
    for (JsonNode property : metadata.get("properties")) {
      if (property.get("name").asString().equals(name)) {
        return property;
      }
    }
    throw new AssertionError("no property " + name);
  }
}
