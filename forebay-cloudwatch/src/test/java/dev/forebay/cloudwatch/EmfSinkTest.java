package dev.forebay.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads lines as <a
 * href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">the
 * specification</a> demands.
 */
@Isolated("It changes the machine's language for a moment.")
class EmfSinkTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Instant MINUTE = Instant.parse("2026-11-25T05:00:00Z");
  private static final Set<String> UNITS = Set.of("Count", "Percent", "Milliseconds", "Seconds");
  private static final StatisticSet VALUES = new StatisticSet(3, 4.5, 0.5, 2);
  private static final String ODD = "a\"b\\c\td";

  @Test
  void aLineIsADocumentThatDirectsToItsOwnMembers() {
    List<JsonNode> documents =
        sent(
            Series.of("FallbackModelInvocations", "Count"),
            Series.of("TimeToFirstToken", "Milliseconds", "Route", ODD),
            Series.of("FallbackModelInvocations", "Count", "Route", "r", "Reason", "failed"));

    assertThat(documents).allSatisfy(EmfSinkTest::assertSpecification);
    assertThat(documents)
        .extracting(EmfSinkTest::dimensions)
        .containsExactly(Map.of(), Map.of("Route", ODD), Map.of("Route", "r", "Reason", "failed"));
  }

  @Test
  void valuesAreWholeStatisticSets() {
    JsonNode value =
        sent(Series.of("Attempts", "Count", "Target", "t")).getFirst().path("Attempts");

    assertThat(value.path("Count").asDouble()).isEqualTo(3);
    assertThat(value.path("Sum").asDouble()).isEqualTo(4.5);
    assertThat(value.path("Min").asDouble()).isEqualTo(0.5);
    assertThat(value.path("Max").asDouble()).isEqualTo(2);
  }

  @Test
  void numbersAreJsonWhateverTheLanguageOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertSpecification(sent(Series.of("Attempts", "Count", "Target", ODD)).getFirst());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theLongestNameThereMayBeIsWithinTheLimits() {
    assertSpecification(
        sent(Series.of("Attempts", "Count", "Target", "x".repeat(2_048))).getFirst());
  }

  @Test
  void linesWithoutAReaderAreLost() {
    PrintStream broken =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("no reader");
              }
            },
            false,
            StandardCharsets.UTF_8);
    Datum datum = new Datum(Series.of("Attempts", "Count"), MINUTE, VALUES);

    assertThat(new EmfSink("n", broken).send(List.of(datum))).isEqualTo(MetricSink.Fate.LOST);
  }

  private static void assertSpecification(JsonNode document) {
    JsonNode metadata = document.path("_aws");
    assertThat(metadata.path("Timestamp").isIntegralNumber()).isTrue();
    assertThat(metadata.path("Timestamp").asLong()).isEqualTo(MINUTE.toEpochMilli());
    assertThat(metadata.path("CloudWatchMetrics").size()).isEqualTo(1);
    JsonNode directive = metadata.path("CloudWatchMetrics").path(0);
    assertThat(directive.path("Namespace").asString()).hasSizeBetween(1, 1_024);
    assertThat(directive.path("Dimensions").size()).isEqualTo(1);
    JsonNode set = directive.path("Dimensions").path(0);
    assertThat(set.size()).isLessThanOrEqualTo(30);
    for (JsonNode name : set) {
      assertThat(name.asString()).hasSizeBetween(1, 250);
      assertThat(document.path(name.asString()).isString()).isTrue();
      assertThat(document.path(name.asString()).asString()).hasSizeBetween(1, 1_024);
    }
    assertThat(directive.path("Metrics").size()).isEqualTo(1);
    JsonNode metric = directive.path("Metrics").path(0);
    assertThat(UNITS).contains(metric.path("Unit").asString());
    JsonNode value = document.path(metric.path("Name").asString());
    assertThat(value.properties())
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("Max", "Min", "Count", "Sum");
    assertThat(value).allMatch(JsonNode::isNumber);
  }

  private static Map<String, String> dimensions(JsonNode document) {
    return document.properties().stream()
        .filter(each -> each.getValue().isString())
        .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().asString()));
  }

  private static List<JsonNode> sent(Series... series) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MetricSink sink =
        new EmfSink("GenAI/Application", new PrintStream(out, true, StandardCharsets.UTF_8));
    List<Datum> data =
        List.of(series).stream().map(each -> new Datum(each, MINUTE, VALUES)).toList();
    assertThat(sink.send(data)).isEqualTo(MetricSink.Fate.ARRIVED);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSameSizeAs(data);
    return lines.stream().map(JSON::readTree).toList();
  }
}
