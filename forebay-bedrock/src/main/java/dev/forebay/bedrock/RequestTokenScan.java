package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a request's body. Texts are measured where they lie and never decoded, so that they
 * cost no memory of their own.
 */
final class RequestTokenScan {
  private static final int FILE_BYTES_PER_TOKEN = 100;

  private static final byte[] PDF = "JVBERi".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DOCUMENT = "document\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] USER = "user\"".getBytes(StandardCharsets.US_ASCII);

  private final JsonCursor json;
  private final byte[] body;
  private final List<OutputLimit> limits;
  private final InputTokenRates rates;

  private int depth;
  private String section = "";

  /** The depth of the tool definition or tool input that the cursor is in, 0 if in none. */
  private int toolDepth;

  private OptionalInt maxOutputTokens = OptionalInt.empty();
  private long textBytes;
  private long mediaTokens;
  private boolean offersTools;
  private int tools;
  private boolean images;
  private boolean documents;
  private boolean citations;

  /** Whether all so far is what {@link #isPlainText} allows. */
  private boolean plain = true;

  private boolean endsWithUser;
  private boolean systemPrompt;

  RequestTokenScan(JsonCursor json, byte[] body, List<OutputLimit> limits, InputTokenRates rates) {
    this.json = json;
    this.body = body;
    this.limits = limits;
    this.rates = rates;
  }

  /** Reads the object that the cursor stands at, to its end. */
  void readObject() {
    Token token = Token.START_OBJECT;
    while (token != null) {
      read(token);
      token = depth > 0 ? json.nextToken() : null;
    }
  }

  private void read(Token token) {
    switch (token) {
      case START_OBJECT, START_ARRAY -> enter();
      case END_OBJECT, END_ARRAY -> leave();
      case PROPERTY_NAME -> readName(Objects.requireNonNull(json.currentName()));
      case VALUE_STRING -> readString();
      case VALUE_NUMBER_INT -> readNumber();
      case VALUE_TRUE -> {
        plain = plain && isPlainValue();
        citations |= isCitation();
      }
      case VALUE_NUMBER_FLOAT -> plain = plain && isPlainValue() && isShort();
      case VALUE_FALSE, VALUE_NULL -> plain = plain && isPlainValue();
    }
  }

  OptionalInt maxOutputTokens() {
    return maxOutputTokens;
  }

  boolean offersTools() {
    return offersTools;
  }

  boolean hasImages() {
    return images;
  }

  boolean hasDocuments() {
    return documents;
  }

  /** See {@link RequestFacts.Read#plainText}. */
  boolean isPlainText() {
    return plain && endsWithUser;
  }

  boolean hasSystemPrompt() {
    return systemPrompt;
  }

  int inputTokens() {
    long all = mediaTokens + (textBytes * 2 + 6) / 7;
    if (tools > 0) {
      all += rates.toolSet() + (long) tools * rates.tool();
    }
    if (citations) {
      all += rates.citations();
    }
    return Math.clamp(all == 0 ? 0 : all + rates.call(), 0, Integer.MAX_VALUE);
  }

  private void enter() {
    depth++;
    if (toolDepth == 0 && holdsToolJson(json.currentName())) {
      toolDepth = depth;
    }
    systemPrompt |= depth == 3 && section.equals("system");
    tools += isTool() ? 1 : 0;
  }

  /** InvokeModel has its tools in {@code tools}, Converse in {@code toolConfig.tools}. */
  private boolean isTool() {
    return (depth == 3 && section.equals("tools"))
        || (depth == 4 && section.equals("toolConfig") && json.currentName() == null);
  }

  private boolean isCitation() {
    return "enabled".equals(json.currentName()) && "citations".equals(json.parentName());
  }

  private void leave() {
    if (depth == toolDepth) {
      toolDepth = 0;
    }
    depth--;
  }

  private void readName(String name) {
    if (depth == 1) {
      section = name;
      systemPrompt = systemPrompt && !name.equals("system");
      offersTools |= name.equals("tools") || name.equals("toolConfig");
    }
    if (toolDepth > 0) {
      textBytes += name.length();
    }
    documents |= depth > 4 && name.equals("document");
    plain = plain && isPlain(name);
  }

  /**
   * By its place: a document's form is not known otherwise, and one of another form is not plain.
   */
  private boolean isPlain(String name) {
    return switch (depth) {
      case 1 -> name.equals("messages") || name.equals("system") || name.equals("inferenceConfig");
      case 2 ->
          section.equals("inferenceConfig")
              && (name.equals("maxTokens") || name.equals("temperature"));
      case 3 ->
          section.equals("messages")
              ? name.equals("role") || name.equals("content")
              : section.equals("system") && name.equals("text");
      case 5 -> section.equals("messages") && name.equals("text");
      default -> false;
    };
  }

  private void readString() {
    int start = json.tokenOffset() + 1;
    if (plain) {
      readRole(start);
      plain = isPlainValue();
    }
    switch (JsonText.mediaAt(body, start, json.currentName())) {
      case NONE -> {
        textBytes += json.utf8Length();
        documents |=
            "type".equals(json.currentName()) && JsonText.startsWith(body, start, DOCUMENT);
      }
      case IMAGE -> {
        images = true;
        mediaTokens += MediaHead.imageTokens(body, start, rates.image());
      }
      case FILE -> readFile(start);
    }
  }

  private void readFile(int start) {
    documents = true;
    long bytes = json.utf8Length() * 3L / 4;
    if (JsonText.startsWith(body, start, PDF)) {
      mediaTokens += rates.pdf() + bytes / FILE_BYTES_PER_TOKEN;
    } else if (MediaHead.isText(body, start)) {
      textBytes += bytes;
    } else {
      mediaTokens += bytes / FILE_BYTES_PER_TOKEN;
    }
  }

  private void readRole(int start) {
    if (depth == 3 && section.equals("messages")) {
      endsWithUser = "role".equals(json.currentName()) && JsonText.startsWith(body, start, USER);
    }
  }

  /** Among messages and system prompts are but objects. */
  private boolean isPlainValue() {
    return depth != 2 || section.equals("inferenceConfig");
  }

  /** Longer numbers may be beyond what others can read, and a limit beyond any model. */
  private boolean isShort() {
    return json.textBytes() <= JsonNumber.INT_BYTES;
  }

  private void readNumber() {
    plain = plain && isPlainValue() && isShort();
    if (depth > 2 || !isShort()) {
      return;
    }
    String parent = depth == 1 ? "" : section;
    String name = json.currentName();
    for (OutputLimit limit : limits) {
      if (limit.parent().equals(parent) && limit.name().equals(name) && json.getIntValue() >= 0) {
        maxOutputTokens = OptionalInt.of(json.getIntValue());
      }
    }
  }

  private static boolean holdsToolJson(@Nullable String name) {
    return name != null
        && switch (name) {
          case "tools", "toolConfig", "input", "json" -> true;
          default -> false;
        };
  }
}
