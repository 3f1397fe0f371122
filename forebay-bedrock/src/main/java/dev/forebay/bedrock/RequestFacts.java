package dev.forebay.bedrock;

import dev.forebay.core.ErrorInfo;
import java.util.OptionalInt;

/** What admission needs of a request's body, or why it cannot be a request. */
public sealed interface RequestFacts {
  /** The largest body that Bedrock takes, in bytes. */
  int MAX_BODY_BYTES = Json.MAX_BODY_BYTES;

  /**
   * The facts of a well-formed body.
   *
   * @param maxOutputTokens the limit that the request sets, where its family keeps it; empty if
   *     none, or none that is a whole number
   * @param plannedOutputTokens that limit, else what to plan with: 4,096 for chat models (their own
   *     maximum of 64,000 and more would hold back every call that names no limit), 512 for Titan,
   *     Llama and Mistral text bodies, whose documented defaults are about that, 0 where nothing is
   *     generated
   * @param inputTokens the estimate: text counts a token per 3.5 bytes of UTF-8, where text is
   *     every string value and, in tool definitions and tool input, the property names; an image in
   *     base64 counts by its width and height (1,600 tokens where they are not found), a text file
   *     as its text, any other file one per 100 of its bytes; and what recorded answers of the
   *     model's kind add for its template, tools, PDFs and citations; 0 for CountTokens, which is
   *     free
   * @param offersTools whether the model may call tools, so that two answers are not as good as one
   * @param images whether images are part of the input
   * @param documents whether documents are
   * @param plainText whether the body is a Converse request of what every model takes: text by
   *     turns, the last one the user's, with no more settings than a length and a temperature, and
   *     perhaps a system prompt
   * @param systemPrompt whether such a body has one
   */
  record Read(
      OptionalInt maxOutputTokens,
      int plannedOutputTokens,
      int inputTokens,
      boolean offersTools,
      boolean images,
      boolean documents,
      boolean plainText,
      boolean systemPrompt)
      implements RequestFacts {}

  /**
   * The body is no JSON object, or one beyond the limits.
   *
   * @param message in Bedrock's words, with the place and without any of the body
   */
  record Malformed(String message) implements RequestFacts {
    /** The error that Bedrock would answer with. */
    public ErrorInfo error() {
      return KnownError.VALIDATION.withMessage(message);
    }
  }

  /** Reads a body in one pass, for any model of that family. */
  static RequestFacts read(Operation operation, ModelFamily family, byte[] body) {
    return read(operation, family, "", body);
  }

  /**
   * Reads a body in one pass.
   *
   * @param model the id of the model that is asked, without a geography
   */
  static RequestFacts read(Operation operation, ModelFamily family, String model, byte[] body) {
    if (body.length > MAX_BODY_BYTES) {
      return malformed("the body is larger than " + MAX_BODY_BYTES + " bytes");
    }
    JsonCursor json = new JsonCursor(body);
    RequestTokenScan scan =
        new RequestTokenScan(
            json, body, OutputLimit.of(operation, family), InputTokenRates.of(family, model));
    try {
      if (!json.enterObject()) {
        return malformed("a JSON object was expected");
      }
      scan.readObject();
      if (json.nextToken() != null) {
        return malformed("nothing was expected after the JSON object" + place(body, json.offset()));
      }
    } catch (MalformedJsonException e) {
      String problem =
          switch (e.kind()) {
            case ENDS_EARLY -> "the JSON ends too early";
            case BEYOND_LIMITS -> "the JSON is nested too deeply or has too many parts";
            case INVALID -> "the JSON is not valid";
          };
      return malformed(problem + place(body, e.offset()));
    }
    return facts(operation, family, scan);
  }

  private static Read facts(Operation operation, ModelFamily family, RequestTokenScan scan) {
    if (operation == Operation.COUNT_TOKENS) {
      return new Read(OptionalInt.empty(), 0, 0, false, false, false, false, false);
    }
    OptionalInt limit = scan.maxOutputTokens();
    int planned = limit.orElse(OutputLimit.planned(operation, family));
    return new Read(
        limit,
        planned,
        scan.inputTokens(),
        scan.offersTools(),
        scan.hasImages(),
        scan.hasDocuments(),
        scan.isPlainText(),
        scan.hasSystemPrompt());
  }

  private static Malformed malformed(String problem) {
    return new Malformed(
        "Malformed input request: " + problem + ", please reformat your input and try again.");
  }

  /** Lines and their bytes count from 1. */
  private static String place(byte[] body, int offset) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < offset; i++) {
      boolean isReturn = body[i] == '\r' && !(i + 1 < offset && body[i + 1] == '\n');
      if (body[i] == '\n' || isReturn) {
        line++;
        lineStart = i + 1;
      }
    }
    return " at line %d, column %d".formatted(line, offset - lineStart + 1);
  }
}
