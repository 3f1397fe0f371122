package dev.forebay.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.bedrock.JsonCursor.Token;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the cursor finds out about a string without decoding it. */
class JsonCursorTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'' | false",
        "'a' | true",
        "1 | false",
        "null | false",
        "{} | false",
        "[] | false",
        "[''] | false",
        "[[], {}, 1, true, 'a'] | true",
        "['a', {}] | true",
        "{'text': ''} | false",
        "{'text': 'a'} | true",
        "{'type': 'a'} | false",
        "{'type': ['a']} | true",
        "[{'type': 'a'}, {'text': ''}] | false",
        "{'type': 'a', 'deep': [[{'more': 'b'}]]} | true",
        "{'deep': [[{'more': ' '}]], 'type': 'a'} | true"
      })
  void aValueHoldsTextWhereAnyStringButATypeHasContent(String value, boolean holds) {
    JsonCursor cursor = cursor("[" + value.replace('\'', '"') + ",7]");
    cursor.nextToken();
    Token begin = cursor.nextToken();

    assertThat(cursor.holdsText()).isEqualTo(holds);

    assertThat(cursor.currentToken())
        .as("the value's last token")
        .isEqualTo(
            begin == Token.START_OBJECT
                ? Token.END_OBJECT
                : begin == Token.START_ARRAY ? Token.END_ARRAY : begin);
    assertThat(cursor.nextToken()).isEqualTo(Token.VALUE_NUMBER_INT);
    assertThat(cursor.getIntValue()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "word | true",
        "7 | true",
        "{ | true",
        "(see) | true",
        "`` | false",
        "` word` | false",
        "<p> | false",
        "\\n | false",
        "\\u0041 | false",
        "\\\" | false"
      })
  void aStringBeginsWithAWordUnlessWithSpaceMarkupOrAnEscape(String text, boolean begins) {
    JsonCursor cursor = cursor("\"" + text + "\"");
    cursor.nextToken();
    assertThat(cursor.beginsWithWord()).isEqualTo(begins);
  }

  /** A byte of a sign beyond ASCII is negative, and no letter to the cursor. */
  @ParameterizedTest
  @CsvSource({"über", "名"})
  void aStringBeginsWithNoWordBeyondAscii(String text) {
    JsonCursor cursor = cursor("\"" + text + "\"");
    cursor.nextToken();
    assertThat(cursor.beginsWithWord()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``",
        "plain",
        "über",
        "名 🏞",
        "a\\nb",
        "\\\"\\\\\\/",
        "\\u0041",
        "\\u00fc",
        "\\u540d",
        "\\ud83c\\udfde",
        "über\\u00fc🏞\\ud83c\\udfde end"
      })
  void aStringsLengthIsThatOfItsTextInUtf8(String text) {
    JsonCursor cursor = cursor("[\"" + text + "\",\"next\"]");
    cursor.nextToken();
    cursor.nextToken();
    assertThat(cursor.utf8Length()).isEqualTo(cursor.getString().getBytes(UTF_8).length);
    assertThat(cursor.nextToken()).isEqualTo(Token.VALUE_STRING);
    assertThat(cursor.utf8Length()).isEqualTo(4);
  }

  private static JsonCursor cursor(String json) {
    return new JsonCursor(json.getBytes(UTF_8));
  }
}
