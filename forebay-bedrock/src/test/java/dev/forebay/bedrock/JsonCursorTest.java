package dev.forebay.bedrock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.forebay.bedrock.JsonCursor.Token;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The cursor beside the library's parser: the same tokens, names, texts, places and refusals. */
class JsonCursorTest {
  private static final String REFUSED = "refused";
  private static final Set<Token> STARTS = Set.of(Token.START_OBJECT, Token.START_ARRAY);
  private static final Set<Token> ENDS = Set.of(Token.END_OBJECT, Token.END_ARRAY);

  private static final String[] DOCUMENTS = {
    """
    {"messages": [{"role": "user", "content": [{"text": "What is a forebay?\\nSay \\"it\\"."}]}],
     "inferenceConfig": {"maxTokens": 300, "temperature": 0.5, "topP": 1e-1}, "a\\u0062c": [], "": {}}
    """,
    """
    {"output":{"message":{"role":"assistant","content":[{"text":"Ein Becken über dem Werk — 貯水池 🏞️"}]}},\
    "stopReason":"end_turn","usage":{"inputTokens":12,"outputTokens":-0,"totalTokens":120000000000},\
    "metrics":{"latencyMs":1.5E+3},"trace":null,"ok":[true,false,[[]],{}]}\
    """,
    """
    \t{"bytes":"aGVsbG8=","type":"x","naïve":"\\ud83c\\udfde\\/\\b\\f\\n\\r\\t\\\\","p":"abcdefghijklmnop"} \r
    """,
    "{\"a\":\"" + "x".repeat(1_000) + "\",\"" + "n".repeat(300) + "\":" + "1".repeat(999) + "}",
    "[1,2.0,\"three\",null] {\"next\":1}\n7"
  };

  /** Text that is no UTF-8 becomes other signs in each. */
  private static boolean isUtf8(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** A second value behind the first is refused by all who read. */
  private static List<String> refused(List<String> seen) {
    seen.add(REFUSED);
    return seen;
  }

  /** All that can be asked of the library's parser, until it ends or refuses. */
  private static List<String> byLibrary(byte[] json) {
    boolean decodes = isUtf8(json);
    List<String> seen = new ArrayList<>();
    try (JsonParser parser = Json.parser(json, 0, json.length)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (depth == 0 && !seen.isEmpty()) {
          return refused(seen);
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        StringBuilder line =
            new StringBuilder(token + " in " + (decodes ? parser.currentName() : "any"));
        line.append(" at ").append(parser.currentTokenLocation().getByteOffset());
        if (token == JsonToken.VALUE_STRING) {
          line.append(decodes ? ": " + parser.getString() : "");
        } else if (token == JsonToken.VALUE_NUMBER_INT && parser.getStringLength() <= 9) {
          line.append(": ").append(parser.getIntValue());
        } else if (token.isNumeric()) {
          line.append(" of ").append(parser.getStringLength());
        }
        seen.add(line.toString());
      }
    } catch (JacksonException e) {
      return refused(seen);
    }
    return seen;
  }

  private static List<String> byCursor(byte[] json) {
    boolean decodes = isUtf8(json);
    List<String> seen = new ArrayList<>();
    JsonCursor cursor = new JsonCursor(json);
    try {
      int depth = 0;
      for (Token token = cursor.nextToken(); token != null; token = cursor.nextToken()) {
        if (depth == 0 && !seen.isEmpty()) {
          return refused(seen);
        }
        depth += STARTS.contains(token) ? 1 : ENDS.contains(token) ? -1 : 0;
        StringBuilder line =
            new StringBuilder(token + " in " + (decodes ? cursor.currentName() : "any"));
        line.append(" at ").append(cursor.tokenOffset());
        boolean number = token == Token.VALUE_NUMBER_INT || token == Token.VALUE_NUMBER_FLOAT;
        if (token == Token.VALUE_STRING) {
          line.append(decodes ? ": " + cursor.getString() : "");
        } else if (token == Token.VALUE_NUMBER_INT && cursor.textBytes() <= 9) {
          line.append(": ").append(cursor.getIntValue());
        } else if (number) {
          line.append(" of ").append(cursor.textBytes());
        }
        seen.add(line.toString());
      }
    } catch (MalformedJsonException e) {
      return refused(seen);
    }
    return seen;
  }

  /** Whether a text is JSON has one answer; how far each reads before a refusal may differ. */
  private static void assertAgree(byte[] json) {
    List<String> library = byLibrary(json);
    List<String> own = byCursor(json);
    if (library.contains(REFUSED)) {
      assertThat(own).as("%s", new String(json, ISO_8859_1)).contains(REFUSED);
    } else {
      assertThat(own).as("%s", new String(json, ISO_8859_1)).isEqualTo(library);
    }
  }

  @Test
  void readsWhatTheLibraryReads() {
    for (String document : DOCUMENTS) {
      List<String> own = byCursor(document.getBytes(UTF_8));
      assertThat(own).isEqualTo(byLibrary(document.getBytes(UTF_8))).hasSizeGreaterThan(5);
    }
  }

  /**
   * But for names that are no UTF-8, or have half of a surrogate pair: the library takes some of
   * the first and refuses the second.
   */
  @Test
  void agreesWithTheLibraryOnDamagedDocuments() {
    Mutations mutations = new Mutations(20_261_201);
    int compared = 0;
    int refused = 0;
    for (int i = 0; i < Mutations.COUNT; i++) {
      byte[] document = mutations.pick(DOCUMENTS).getBytes(UTF_8);
      byte[] damaged = i % 2 == 0 ? mutations.of(document) : mutations.ofJson(document);
      List<String> own = byCursor(damaged);
      if (isUtf8(damaged) && UTF_8.newEncoder().canEncode(String.join("", own))) {
        assertAgree(damaged);
        compared++;
        refused += own.contains(REFUSED) ? 1 : 0;
      }
    }
    assertThat(compared).isGreaterThan(Mutations.COUNT / 2);
    assertThat(refused).isBetween(compared / 10, compared * 9 / 10);
  }

  /** Each kind of byte at each distance from the eight that are looked at together. */
  @Test
  void agreesWithTheLibraryOnEachByteAtEachPlaceOfAString() {
    for (int value = 0; value < 256; value++) {
      for (int length = 0; length < 20; length++) {
        for (int at = 0; at < length; at++) {
          byte[] json = ("{\"a\":\"" + "y".repeat(length) + "\"}").getBytes(UTF_8);
          json[6 + at] = (byte) value;
          assertAgree(json);
        }
      }
    }
  }

  @Test
  void agreesWithTheLibraryOnShortRandomTexts() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] letters = "{}[]:,\"\\u0019-+.eEtrufalsn \n".getBytes(UTF_8);
    for (int i = 0; i < 4 * Mutations.COUNT; i++) {
      byte[] json = new byte[random.nextInt(1, 9)];
      for (int at = 0; at < json.length; at++) {
        json[at] = letters[random.nextInt(letters.length)];
      }
      assertAgree(json);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "0x1",
        "1a",
        "NaN",
        "tru",
        "truex",
        "nul",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "]",
        "}",
        "[}",
        "{]",
        "/**/1",
        "\u00ef\u00bb\u00bf{}",
        "\u00a0{}"
      })
  void refusesWhatTheLibraryRefuses(String text) {
    byte[] json = text.getBytes(ISO_8859_1);
    assertThat(byLibrary(json)).contains(REFUSED);
    assertThat(byCursor(json)).contains(REFUSED);
  }

  @Test
  void hasTheLibrarysLimits() {
    for (int depth : new int[] {JsonCursor.MAX_DEPTH, JsonCursor.MAX_DEPTH + 1}) {
      assertAgree(("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8));
    }
    for (int digits : new int[] {1_000, 1_001}) {
      assertAgree("1".repeat(digits).getBytes(UTF_8));
    }
    byte[] most = ("[" + "1,".repeat(JsonCursor.MAX_TOKENS - 3) + "1]").getBytes(UTF_8);
    assertThat(tokens(most)).isEqualTo(JsonCursor.MAX_TOKENS);
    byte[] more = ("[" + "1,".repeat(JsonCursor.MAX_TOKENS - 2) + "1]").getBytes(UTF_8);
    assertThatThrownBy(() -> tokens(more))
        .isInstanceOfSatisfying(
            MalformedJsonException.class,
            e -> assertThat(e.kind()).isEqualTo(MalformedJsonException.Kind.BEYOND_LIMITS));
    assertThat(byLibrary(more)).contains(REFUSED);
    byte[] longName = ("{\"" + "n".repeat(50_001) + "\":1}").getBytes(UTF_8);
    assertThat(byCursor(longName)).contains(REFUSED);
  }

  private static int tokens(byte[] json) {
    JsonCursor cursor = new JsonCursor(json);
    int tokens = 0;
    while (cursor.nextToken() != null) {
      tokens++;
    }
    return tokens;
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"a\":[1,{\"b\":2}],\"c\":3}', c",
    "'{\"a\":\"text\",\"c\":3}', c",
    "'{\"a\":{\"c\":{}},\"d\":[]}', d"
  })
  void passesOverAValueWithAllThatItHolds(String json, String next) {
    JsonCursor cursor = new JsonCursor(json.getBytes(UTF_8));
    assertThat(cursor.enterObject()).isTrue();
    assertThat(cursor.nextName()).isEqualTo("a");
    cursor.nextToken();
    cursor.skipChildren();
    assertThat(cursor.nextName()).isEqualTo(next);
  }

  @Test
  void reportsADefectInWhatItPassesOver() {
    JsonCursor cursor = new JsonCursor("{\"a\":[1,{\"b\":tru}]}".getBytes(UTF_8));
    cursor.enterObject();
    cursor.nextName();
    cursor.nextToken();
    assertThatThrownBy(cursor::skipChildren).isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void readsAPartOfAnArray() {
    byte[] all = "xx{\"a\":\"b\"}\"\"".getBytes(UTF_8);
    JsonCursor cursor = new JsonCursor(all, 2, all.length - 4);
    assertThat(cursor.enterObject()).isTrue();
    assertThat(cursor.nextName()).isEqualTo("a");
    assertThat(cursor.tokenOffset()).isEqualTo(3);
    assertThat(cursor.nextToken()).isEqualTo(Token.VALUE_STRING);
    assertThat(cursor.nextToken()).isEqualTo(Token.END_OBJECT);
    assertThat(cursor.nextToken()).isNull();
    JsonCursor cut = new JsonCursor(all, 2, 7);
    cut.enterObject();
    cut.nextName();
    assertThatThrownBy(cut::nextToken)
        .isInstanceOfSatisfying(
            MalformedJsonException.class,
            e -> assertThat(e.kind()).isEqualTo(MalformedJsonException.Kind.ENDS_EARLY));
  }

  @Test
  void knowsTheNameOfTheOuterMember() {
    JsonCursor cursor = new JsonCursor("{\"citations\":{\"enabled\":true}}".getBytes(UTF_8));
    Token token = cursor.nextToken();
    while (token != Token.VALUE_TRUE) {
      token = cursor.nextToken();
    }
    assertThat(cursor.currentName()).isEqualTo("enabled");
    assertThat(cursor.parentName()).isEqualTo("citations");
  }

  @ParameterizedTest
  @ValueSource(strings = {"aGVsbG8=", "aGVsbG8", "aGV\\u0073bG8=", ""})
  void decodesBase64(String text) {
    JsonCursor cursor = new JsonCursor(("\"" + text + "\"").getBytes(UTF_8));
    cursor.nextToken();
    assertThat(new String(cursor.getBinaryValue(), UTF_8)).isEqualTo(text.isEmpty() ? "" : "hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a b\"", "\"é\"", "\"a\"", "1"})
  void refusesWhatIsNoBase64(String json) {
    JsonCursor cursor = new JsonCursor(json.getBytes(UTF_8));
    cursor.nextToken();
    assertThatThrownBy(cursor::getBinaryValue).isInstanceOf(MalformedJsonException.class);
  }
}
