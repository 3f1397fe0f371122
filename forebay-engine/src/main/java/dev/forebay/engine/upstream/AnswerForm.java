package dev.forebay.engine.upstream;

import dev.forebay.bedrock.AnswerFacts;
import dev.forebay.bedrock.AnswerMembers;
import dev.forebay.bedrock.Answers;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.engine.Headers;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the body of a 200 is an answer. Converse and CountTokens answer with a JSON object. So do
 * the model families that are known by InvokeModel; others answer with any JSON. What InvokeModel
 * declares to be no JSON (an image, sound, text) is passed on as it is, and whole if HTTP says so:
 * by a length or by chunks that came to their end.
 */
public final class AnswerForm {
  /** A page of a proxy or of a login, and a stream that was not requested. */
  private static final Set<String> NO_ANSWERS =
      Set.of("text/html", "application/xhtml+xml", "application/vnd.amazon.eventstream");

  private AnswerForm() {}

  /** What it says. */
  static AnswerFacts read(TargetCall call, Headers headers, byte[] body) {
    boolean invoked = call.operation() == Operation.INVOKE && call.translation() == null;
    if (!invoked || (!isOpaque(headers) && isKnown(call.family()))) {
      return AnswerFacts.of(call.operation(), call.family(), body, headers::get);
    }
    return AnswerFacts.of(
        isOpaque(headers) ? problemOfFraming(headers) : Answers.problemInAnyJson(body),
        call.operation(),
        call.family(),
        body,
        headers::get);
  }

  private static Optional<String> problemOfFraming(Headers headers) {
    return isFramed(headers)
        ? Optional.empty()
        : Optional.of(
            "The target's answer has neither a length nor chunks, so its end cannot be seen.");
  }

  /**
   * Whether an answer that was given is whole, so that it may be given again. One that is no JSON
   * was judged by its framing when it came.
   *
   * @param family the family in whose form an InvokeModel answer is
   */
  public static boolean isWhole(
      Operation operation, ModelFamily family, Headers headers, byte[] body) {
    if (operation == Operation.INVOKE) {
      if (isOpaque(headers)) {
        return true;
      }
      if (!isKnown(family)) {
        return Answers.problemInAnyJson(body).isEmpty()
            && (family.form() != ModelFamily.Form.EMBEDDING
                || AnswerMembers.areComplete(operation, family, body));
      }
    }
    return AnswerMembers.areComplete(operation, family, body);
  }

  private static boolean isOpaque(Headers headers) {
    String type = mediaType(headers.get(Headers.CONTENT_TYPE));
    return !isJson(type) && !NO_ANSWERS.contains(type);
  }

  private static boolean isKnown(ModelFamily family) {
    return switch (family.form()) {
      case EMBEDDING, NOT_CHAT, OTHER -> false;
      default -> true;
    };
  }

  private static boolean isFramed(Headers headers) {
    return headers.contains(Headers.CONTENT_LENGTH) || headers.contains(Headers.TRANSFER_ENCODING);
  }

  /** One that is not declared is taken for JSON. */
  private static boolean isJson(String type) {
    return type.isEmpty()
        || type.endsWith("/json")
        || type.endsWith("+json")
        || type.startsWith("application/x-amz-json");
  }

  private static String mediaType(@Nullable String value) {
    if (value == null) {
      return "";
    }
    int parameters = value.indexOf(';');
    return (parameters < 0 ? value : value.substring(0, parameters))
        .trim()
        .toLowerCase(Locale.ROOT);
  }
}
