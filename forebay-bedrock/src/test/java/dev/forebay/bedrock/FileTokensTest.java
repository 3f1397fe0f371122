package dev.forebay.bedrock;

import static dev.forebay.bedrock.RequestFactsTest.bytes;
import static dev.forebay.bedrock.RequestFactsTest.converse;
import static dev.forebay.bedrock.RequestFactsTest.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What images, documents and other files within a request count. */
class FileTokensTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"image\":{\"source\":{\"bytes\":\"iVBORw0KGgo%s\"}}}",
        "{\"image\":{\"source\":{\"bytes\":\"/9j/%s\"}}}",
        "{\"source\":{\"data\":\"R0lGOD%s\"}}",
        "{\"source\":{\"data\":\"UklGR%s\"}}",
        "{\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}",
        "{\"inputImage\":\"iVBORw0KGgo%s\"}",
      })
  void anImageOfUnknownSizeCountsAConstant(String body) {
    assertThat(converse(body.formatted("A".repeat(100))).inputTokens()).isEqualTo(1600);
    assertThat(converse(body.formatted("A".repeat(100_000))).inputTokens()).isEqualTo(1600);
  }

  @Test
  void anyOtherFileCountsByItsBytes() {
    String head = "%PDF-1.7\n1 0 obj << /Type /Catalog >>\n";
    String file =
        Base64.getEncoder().encodeToString(bytes(head + "x".repeat(300_000 - head.length())));
    assertThat(converse("{\"document\":{\"source\":{\"bytes\":\"" + file + "\"}}}").inputTokens())
        .isEqualTo(3100);
  }

  @Test
  void aTextFileCountsAsItsText() {
    String text = "some words of a file ".repeat(100);
    String file = Base64.getEncoder().encodeToString(bytes(text));
    assertThat(converse("{\"document\":{\"source\":{\"bytes\":\"" + file + "\"}}}").inputTokens())
        .isBetween(598, 602);
  }

  static Stream<Arguments> sizedImages() {
    return Stream.of(
        Arguments.of("PNG", png(640, 480), 410, 1830),
        Arguments.of("PNG", png(1, 1), 1, 530),
        Arguments.of("PNG", png(4000, 3000), 1600, 1830),
        Arguments.of("GIF", gif(300, 200), 80, 930),
        Arguments.of("JPEG", jpeg(300, 200), 80, 930),
        Arguments.of("WebP", webpLossy(300, 200), 80, 930),
        Arguments.of("WebP", webpLossless(300, 200), 80, 930),
        Arguments.of("WebP", webpExtended(300, 200), 80, 930));
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("sizedImages")
  void anImageCountsByItsSize(String format, byte[] image, int claude, int nova) {
    String data = Base64.getEncoder().encodeToString(image);
    String body = "{\"image\":{\"source\":{\"bytes\":\"" + data + "\"}}}";
    assertThat(read(Operation.CONVERSE, ModelFamily.ANTHROPIC, body).inputTokens())
        .isEqualTo(claude);
    assertThat(read(Operation.CONVERSE, ModelFamily.NOVA, body).inputTokens()).isEqualTo(nova);
    String url = "{\"image_url\":{\"url\":\"data:image/x;base64," + data + "\"}}";
    assertThat(read(Operation.INVOKE, ModelFamily.OPENAI, url).inputTokens())
        .isEqualTo(claude + 60);
    assertThat(read(Operation.CONVERSE, ModelFamily.NOVA, body).images()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"messages":[{"content":[{"document":{"source":{"text":"x"}}}]}]}           | true
          {"messages":[{"content":[{"type":"document","source":{"data":"x"}}]}]}      | true
          {"messages":[{"content":[{"text":"document"}]}]}                            | false
          {"document":1,"messages":[{"content":[{"type":"documents"}]}]}              | false
          """)
  void documentsAreNoticed(String body, boolean documents) {
    assertThat(converse(body).documents()).isEqualTo(documents);
    assertThat(converse(body).images()).isFalse();
  }

  private static byte[] png(int width, int height) {
    return ByteBuffer.allocate(99)
        .put(
            new byte[] {
              (byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'
            })
        .putInt(width)
        .putInt(height)
        .array();
  }

  private static byte[] gif(int width, int height) {
    return little(99, "GIF89a").putShort((short) width).putShort((short) height).array();
  }

  private static byte[] jpeg(int width, int height) {
    return ByteBuffer.allocate(9_999)
        .put(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xE1})
        .putShort((short) 5_000)
        .position(4 + 5_000)
        .put(new byte[] {(byte) 0xFF, (byte) 0xC4, 0, 4, 9, 9})
        .put(new byte[] {(byte) 0xFF, (byte) 0xC2, 0, 17, 8})
        .putShort((short) height)
        .putShort((short) width)
        .array();
  }

  private static byte[] webpLossy(int width, int height) {
    return little(99, "RIFF....WEBPVP8 ")
        .position(26)
        .putShort((short) (width | 0x4000))
        .putShort((short) height)
        .array();
  }

  private static byte[] webpLossless(int width, int height) {
    return little(99, "RIFF....WEBPVP8L")
        .position(21)
        .putInt(width - 1 | (height - 1) << 14 | 1 << 28)
        .array();
  }

  private static byte[] webpExtended(int width, int height) {
    return little(99, "RIFF....WEBPVP8X")
        .position(24)
        .putInt(width - 1)
        .position(27)
        .putInt(height - 1)
        .array();
  }

  private static ByteBuffer little(int length, String head) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(bytes(head));
  }

  @Test
  void aTextNamedLikeAFileIsText() {
    String body = "{\"source\":{\"data\":\"%s\"}}".formatted("some words ".repeat(350));
    assertThat(converse(body).inputTokens()).isEqualTo(1100);
    assertThat(converse("{\"data\":\"shorttext\"}").inputTokens()).isEqualTo(3);
  }
}
