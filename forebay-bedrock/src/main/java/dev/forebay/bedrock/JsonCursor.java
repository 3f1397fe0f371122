package dev.forebay.bedrock;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A pull parser for the JSON of each call: requests, answers, frames. It takes UTF-8 without
 * guessing, as RFC 8259 has it, and looks at eight bytes of a string at once. It decodes no string
 * and no number unless asked. Of UTF-8 it accepts what the library's parser of {@link Json}
 * accepts, within the same limits, and halves of surrogate pairs in names too; bytes in strings
 * that have the form of UTF-8 but stand for nothing pass, as with the library: they are for the
 * target to judge. Not thread-safe.
 */
final class JsonCursor {
  /**
   * Far more than any real request has; bounds the time that a body of {@code [[],[],...} takes.
   */
  static final int MAX_TOKENS = 2_000_000;

  static final int MAX_DEPTH = 500;

  private static final int MAX_NAME_BYTES = 50_000;

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

  /** Stands for the name of what an array holds. Compared by identity. */
  @SuppressWarnings("StringConstructor")
  private static final String ELEMENT = new String("");

  /** What the cursor stands at. */
  enum Token {
    START_OBJECT,
    END_OBJECT,
    START_ARRAY,
    END_ARRAY,
    PROPERTY_NAME,
    VALUE_STRING,
    VALUE_NUMBER_INT,
    VALUE_NUMBER_FLOAT,
    VALUE_TRUE,
    VALUE_FALSE,
    VALUE_NULL
  }

  private final byte[] json;
  private final int end;

  /** The next byte to read. */
  private int at;

  private @Nullable Token token;

  /** The first byte of the token. */
  private int start;

  /** Behind the token's last byte; of a string, its closing quote. */
  private int textEnd;

  /** Whether the string has a backslash. */
  private boolean escaped;

  /** The last name of each object that the cursor is in, the outermost at 1. */
  private @Nullable String[] names = new @Nullable String[8];

  private int depth;

  /** Whether the object or array has just begun. */
  private boolean first;

  private boolean skipping;
  private int tokens;

  JsonCursor(byte[] json) {
    this(json, 0, json.length);
  }

  JsonCursor(byte[] json, int from, int length) {
    this.json = json;
    this.at = from;
    this.end = from + length;
  }

  /** Moves on to the object that the cursor stands before; false if it is anything else. */
  boolean enterObject() {
    return nextToken() == Token.START_OBJECT;
  }

  /**
   * Moves on.
   *
   * @return null at the end
   * @throws MalformedJsonException if the text is no JSON, or beyond the limits
   */
  @Nullable Token nextToken() {
    Token next = depth == 0 ? atTop() : isElement(names[depth]) ? inArray() : inObject();
    token = next;
    if (next != null && ++tokens > MAX_TOKENS) {
      throw malformed(MalformedJsonException.Kind.BEYOND_LIMITS);
    }
    return next;
  }

  /** Moves on, and gives the name if it is a member's; else null. */
  @Nullable String nextName() {
    return nextToken() == Token.PROPERTY_NAME ? names[depth] : null;
  }

  /** From the start of an object or array to its end; anything else is passed already. */
  void skipChildren() {
    if (token != Token.START_OBJECT && token != Token.START_ARRAY) {
      return;
    }
    int outer = depth - 1;
    skipping = true;
    while (depth > outer) {
      nextToken();
    }
    skipping = false;
  }

  /** Null before the first token and after the last. */
  @Nullable Token currentToken() {
    return token;
  }

  /** The name of the member that the cursor is in; null in an array, and at the top. */
  @Nullable String currentName() {
    boolean begins = token == Token.START_OBJECT || token == Token.START_ARRAY;
    return name(begins ? depth - 1 : depth);
  }

  /** The name of the member that holds the object or array that the cursor is in. */
  @Nullable String parentName() {
    return depth == 0 ? null : name(depth - 1);
  }

  private @Nullable String name(int of) {
    String name = names[of];
    return isElement(name) ? null : name;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isElement(@Nullable String name) {
    return name == ELEMENT;
  }

  /** Where the token begins, in bytes from the array's beginning. */
  int tokenOffset() {
    return start;
  }

  /** Where the next token may begin, likewise. */
  int offset() {
    return at;
  }

  /** How many bytes the string has between its quotes, escapes as they are, or the number. */
  int textBytes() {
    return textEnd - textStart();
  }

  /** How many bytes the string has in UTF-8 without escapes. */
  int utf8Length() {
    return escaped ? JsonText.utf8Length(json, textStart()) : textBytes();
  }

  private int textStart() {
    return token == Token.VALUE_STRING ? start + 1 : start;
  }

  /**
   * Whether the string's first byte is a letter or a sign that stands for itself, and begins no
   * mark-up.
   */
  boolean beginsWithWord() {
    byte letter = json[start + 1];
    return letter > ' ' && letter != '"' && letter != '\\' && letter != '<';
  }

  /** The text of a string, without escapes. */
  String getString() {
    return JsonText.decoded(json, start + 1, textEnd, escaped);
  }

  /** The value of an integer of at most {@value JsonNumber#INT_BYTES} bytes. */
  int getIntValue() {
    return JsonNumber.value(json, start, textEnd);
  }

  /** The bytes that a string in base64 stands for, with or without its padding. */
  byte[] getBinaryValue() {
    if (token != Token.VALUE_STRING) {
      throw malformed(MalformedJsonException.Kind.INVALID);
    }
    byte[] text =
        escaped
            ? getString().getBytes(StandardCharsets.ISO_8859_1)
            : Arrays.copyOfRange(json, start + 1, textEnd);
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed(MalformedJsonException.Kind.INVALID);
    }
  }

  /**
   * Whether the value at hand holds a non-empty string anywhere, other than a {@code type} tag.
   * Leaves the cursor at the value's last token.
   */
  boolean holdsText() {
    boolean found = false;
    int outer = token == Token.START_OBJECT || token == Token.START_ARRAY ? depth - 1 : depth;
    do {
      found |= token == Token.VALUE_STRING && textBytes() > 0 && !"type".equals(currentName());
    } while (depth > outer && nextToken() != null);
    return found;
  }

  private @Nullable Token atTop() {
    return skipSpace() ? value() : null;
  }

  private Token inArray() {
    need();
    if (json[at] == ']') {
      return close(Token.END_ARRAY);
    }
    comma();
    return value();
  }

  private Token inObject() {
    need();
    if (token == Token.PROPERTY_NAME) {
      return value();
    }
    if (json[at] == '}') {
      return close(Token.END_OBJECT);
    }
    comma();
    if (json[at] != '"') {
      throw malformed(MalformedJsonException.Kind.INVALID);
    }
    start = at;
    names[depth] = readName();
    need();
    if (json[at] != ':') {
      throw malformed(MalformedJsonException.Kind.INVALID);
    }
    at++;
    return Token.PROPERTY_NAME;
  }

  /** Between two members or elements. */
  private void comma() {
    if (first) {
      first = false;
      return;
    }
    if (json[at] != ',') {
      throw malformed(MalformedJsonException.Kind.INVALID);
    }
    at++;
    need();
  }

  private Token value() {
    start = at;
    byte begin = json[at];
    return switch (begin) {
      case '"' -> {
        at++;
        skipString();
        yield Token.VALUE_STRING;
      }
      case '{' -> open(Token.START_OBJECT, null);
      case '[' -> open(Token.START_ARRAY, ELEMENT);
      case 't' -> literal(TRUE, Token.VALUE_TRUE);
      case 'f' -> literal(FALSE, Token.VALUE_FALSE);
      case 'n' -> literal(NULL, Token.VALUE_NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw malformed(MalformedJsonException.Kind.INVALID);
    };
  }

  private Token open(Token kind, @Nullable String name) {
    at++;
    if (++depth > MAX_DEPTH) {
      throw malformed(MalformedJsonException.Kind.BEYOND_LIMITS);
    }
    if (depth == names.length) {
      names = Arrays.copyOf(names, 2 * depth);
    }
    names[depth] = name;
    first = true;
    return kind;
  }

  private Token close(Token kind) {
    start = at++;
    depth--;
    first = false;
    return kind;
  }

  private Token literal(byte[] word, Token kind) {
    for (byte letter : word) {
      if (at == end) {
        throw malformed(MalformedJsonException.Kind.ENDS_EARLY);
      }
      if (json[at] != letter) {
        throw malformed(MalformedJsonException.Kind.INVALID);
      }
      at++;
    }
    return ended(kind);
  }

  private Token number() {
    int behind = JsonNumber.end(json, start, end);
    boolean integer = behind >= 0;
    at = integer ? behind : ~behind;
    return ended(integer ? Token.VALUE_NUMBER_INT : Token.VALUE_NUMBER_FLOAT);
  }

  /** Behind a word or number comes a sign or a space. */
  private Token ended(Token kind) {
    textEnd = at;
    if (at < end) {
      switch (json[at]) {
        case ',', '}', ']', ' ', '\n', '\r', '\t' -> {}
        default -> throw malformed(MalformedJsonException.Kind.INVALID);
      }
    }
    return kind;
  }

  /** Reads the name at hand; a known one makes no object. */
  private @Nullable String readName() {
    int begin = ++at;
    skipString();
    if (textEnd - begin > MAX_NAME_BYTES) {
      throw malformed(MalformedJsonException.Kind.BEYOND_LIMITS);
    }
    if (skipping) {
      return null;
    }
    String known = escaped ? null : JsonNames.known(json, begin, textEnd);
    return known != null ? known : JsonText.decoded(json, begin, textEnd, escaped);
  }

  /** From behind the opening quote to behind the closing one. */
  private void skipString() {
    int quote = JsonText.closingQuote(json, at, end);
    escaped = quote < 0;
    textEnd = escaped ? ~quote : quote;
    at = textEnd + 1;
  }

  /** Moves to the next byte that is no space, which has to be there. */
  private void need() {
    if (!skipSpace()) {
      throw malformed(MalformedJsonException.Kind.ENDS_EARLY);
    }
  }

  /** Moves to the next byte that is no space; false if there is none. */
  private boolean skipSpace() {
    for (int i = at; i < end; i++) {
      byte next = json[i];
      if (next > ' ' || (next != ' ' && next != '\n' && next != '\r' && next != '\t')) {
        at = i;
        return true;
      }
    }
    at = end;
    return false;
  }

  private MalformedJsonException malformed(MalformedJsonException.Kind kind) {
    return new MalformedJsonException(kind, at);
  }
}
