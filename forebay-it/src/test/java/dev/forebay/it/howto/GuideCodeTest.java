package dev.forebay.it.howto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every block of Java on the pages about the library compiles; {@link JavaBlock} says what a block
 * may be. The libraries that the pages name are in target/guide-libraries.
 */
class GuideCodeTest {
  private static final Path ROOT = Path.of("..");

  /** What a reader of these pages has imported; a block imports what is of another library. */
  private static final List<String> IMPORTS =
      List.of(
          "dev.forebay.client.*",
          "dev.forebay.cloudwatch.CloudWatchMetrics",
          "dev.forebay.core.Flaw",
          "dev.forebay.core.Priority",
          "java.io.IOException",
          "java.net.URI",
          "java.nio.file.Path",
          "java.time.Duration",
          "java.util.*",
          "java.util.concurrent.*",
          "software.amazon.awssdk.regions.Region",
          "software.amazon.awssdk.services.bedrockruntime.*",
          "software.amazon.awssdk.services.bedrockruntime.model.*");

  /** The variables that a reader of these pages has. */
  private static final List<String> FIELDS =
      List.of(
          "static final String MODEL = \"us.anthropic.claude-sonnet-4-6\";",
          "static final String ROUTE = \"anthropic.claude-sonnet-4-6\";",
          "Forebay forebay;",
          "BedrockRuntimeClient bedrock;",
          "Message question;",
          "ConverseRequest request;",
          "ConverseResponse response;",
          "software.amazon.awssdk.metrics.MetricPublisher publisher;",
          "io.micrometer.core.instrument.MeterRegistry registry;",
          "io.micrometer.observation.ObservationRegistry observations;",
          "io.opentelemetry.api.OpenTelemetry openTelemetry;");

  private static final String CLASS_PATH =
      System.getProperty("java.class.path")
          + files(Path.of("target/guide-libraries"), ".jar")
              .map(jar -> File.pathSeparator + jar)
              .collect(Collectors.joining());

  static Stream<JavaBlock> blocks() {
    return pages().stream().flatMap(page -> JavaBlock.of(page).stream());
  }

  @Test
  void thePagesHaveBlocks() {
    assertThat(pages()).hasSizeGreaterThan(10);
    // The index of docs/migrate alone has none.
    assertThat(pages().stream().filter(page -> JavaBlock.of(page).isEmpty()).map(Path::getFileName))
        .map(String::valueOf)
        .containsExactly("README.md");
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void aBlockCompiles(JavaBlock block) {
    assertThat(block.errors(IMPORTS, FIELDS, CLASS_PATH)).isEmpty();
  }

  @Test
  void aFaultIsFoundWithItsPageAndLine() {
    assertThat(errors("bedrock.converse(request);\nbedrock.convers(request);\n"))
        .singleElement()
        .asString()
        .startsWith("page.md:11: cannot find symbol")
        .contains("convers(");
    assertThat(errors("@Deprecated\nString name() {\n  return 1;\n}\n"))
        .singleElement()
        .asString()
        .startsWith("page.md:12: incompatible types");
    assertThat(errors("import java.util.zip.CRC33;\n\npublic class Sums {}\n"))
        .singleElement()
        .asString()
        .startsWith("page.md:10: cannot find symbol");
    assertThat(errors("import java.util.zip.CRC32;\n\npublic class Sums { CRC32 sum; }\n"))
        .isEmpty();
  }

  private static List<String> errors(String code) {
    return new JavaBlock("page.md", 10, code).errors(IMPORTS, FIELDS, CLASS_PATH);
  }

  /** README, and the pages about the library. */
  private static List<Path> pages() {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    files(ROOT.resolve("docs/guide"), ".md")
        .filter(
            page -> page.getFileName().toString().matches("(?:library.*|langchain4j|spring)\\.md"))
        .forEach(pages::add);
    files(ROOT.resolve("docs/migrate"), ".md").forEach(pages::add);
    return pages;
  }

  private static Stream<Path> files(Path folder, String ending) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
