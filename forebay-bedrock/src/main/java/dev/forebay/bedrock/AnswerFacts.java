package dev.forebay.bedrock;

import dev.forebay.bedrock.JsonCursor.Token;
import dev.forebay.core.Flaw;
import dev.forebay.core.TokenUsage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a whole answer that came as a success says: whether it is one, what it used, and whether it
 * is of use.
 *
 * @param problem why it is no answer; see {@link Answers#problem}
 * @param usage none if it is no answer
 * @param flaw see {@link FlawReader}; null if there is none, or if it is no answer
 */
public record AnswerFacts(Optional<String> problem, TokenUsage usage, @Nullable Flaw flaw) {
  /** Those of an answer whose form is a JSON object. */
  public static AnswerFacts of(
      Operation operation, ModelFamily family, byte[] body, Headers headers) {
    AnswerFacts usual = Usage.isOneMember(operation, family) ? inOnePass(body, headers) : null;
    return usual != null ? usual : of(Answers.problem(body), operation, family, body, headers);
  }

  /** Those of an answer of which it is known whether it is one. */
  public static AnswerFacts of(
      Optional<String> problem,
      Operation operation,
      ModelFamily family,
      byte[] body,
      Headers headers) {
    return problem.isPresent()
        ? new AnswerFacts(problem, TokenUsage.NONE, null)
        : new AnswerFacts(
            problem, Usage.ofAnswer(operation, family, body, headers), FlawReader.of(body));
  }

  /** Reads the body once where nothing is unusual about it; else null. */
  private static @Nullable AnswerFacts inOnePass(byte[] body, Headers headers) {
    UsageTally tally = new UsageTally();
    FlawReader flaws = new FlawReader();
    JsonCursor json = new JsonCursor(body);
    try {
      if (!json.enterObject()) {
        return null;
      }
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        Token token = json.nextToken();
        switch (name) {
          case Answers.ERROR_TYPE, Answers.OUTPUT -> {
            return null;
          }
          case "usage" -> tally.readObject(json);
          default -> flaws.member(name, json, token);
        }
      }
      return json.nextToken() == null
          ? new AnswerFacts(Optional.empty(), Usage.of(tally, headers), flaws.flaw())
          : null;
    } catch (MalformedJsonException e) {
      return null;
    }
  }
}
