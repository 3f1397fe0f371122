package dev.forebay.bedrock.issues;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Bedrock refuses two documents whose names differ in case only. */
class FieldReport18DocumentNamesTest {
  private static final String CLAUDE = "anthropic.claude-sonnet-4-20250514-v1:0";
  private static final String NOVA = "us.amazon.nova-lite-v1:0";

  @ParameterizedTest
  @CsvSource({
    "Report|report|REPORT, Report|report 2|REPORT 3",
    "report|Report 2|REPORT, report|Report 2|REPORT 3",
    "a.pdf|A pdf, a pdf|A pdf 2",
    "||DOCUMENT, document|document 2|DOCUMENT 3",
  })
  void namesAreUniqueRegardlessOfCase(String titles, String expected) {
    String documents =
        List.of(titles.split("\\|", -1)).stream()
            .map(FieldReport18DocumentNamesTest::document)
            .collect(Collectors.joining(", "));

    assertThat(names(documents)).containsExactly(expected.split("\\|", -1));
  }

  @Test
  void aToolsResultCountsToo() {
    String result =
        "{\"type\": \"tool_result\", \"tool_use_id\": \"t1\", \"content\": ["
            + document("a")
            + "]}";

    assertThat(names(document("A") + ", " + result)).containsExactly("A", "a 2");
  }

  @Test
  void longNamesStayWithinTheLimit() {
    String title = "n".repeat(250);

    List<String> names = names(document(title) + ", " + document(title.toUpperCase(Locale.ROOT)));

    assertThat(names).hasSize(2).allMatch(name -> name.length() <= 200);
    assertThat(names.get(0)).isNotEqualToIgnoringCase(names.get(1));
  }

  @Test
  void novasOwnNamesAreMadeUniqueForOthers() {
    String document =
        "{\"document\": {\"format\": \"txt\", \"name\": \"%s\", \"source\": {\"bytes\": \"YQ==\"}}}";
    String body =
        "{\"messages\": [{\"role\": \"user\", \"content\": [%s, %s, {\"text\": \"x\"}]}]}"
            .formatted(document.formatted("a"), document.formatted("A"));

    JsonNode content = Translated.body(NOVA, body, CLAUDE).at("/messages/0/content");

    assertThat(content.at("/0/document/name").asString()).isEqualTo("a");
    assertThat(content.at("/1/document/name").asString()).isEqualTo("A 2");
  }

  private static List<String> names(String documents) {
    String body =
        """
        {"max_tokens": 9, "tools": [{"name": "f", "input_schema": {"type": "object"}}],
         "messages": [{"role": "user", "content": [%s, {"type": "text", "text": "x"}]}]}"""
            .formatted(documents);
    List<String> names = new ArrayList<>();
    collect(Translated.body(CLAUDE, body, NOVA).at("/messages/0/content"), names);
    return names;
  }

  private static void collect(JsonNode content, List<String> names) {
    for (JsonNode block : content.values()) {
      if (block.has("document")) {
        names.add(block.path("document").path("name").asString());
      }
      collect(block.path("toolResult").path("content"), names);
    }
  }

  private static String document(String title) {
    return """
    {"type": "document", "title": "%s", "source": {"type": "text", "media_type": "text/plain", "data": "x"}}"""
        .formatted(title);
  }
}
