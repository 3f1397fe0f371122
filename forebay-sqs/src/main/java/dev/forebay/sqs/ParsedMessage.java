package dev.forebay.sqs;

import dev.forebay.bedrock.ModelPath;
import dev.forebay.jobs.JobRequest;
import java.util.Optional;

/** What a message says. */
sealed interface ParsedMessage {
  /**
   * It asks for an answer.
   *
   * @param tokens about how many tokens that will cost
   * @param replyQueue where the answer goes, if it goes to a queue
   */
  record Asked(ModelPath path, JobRequest request, long tokens, Optional<String> replyQueue)
      implements ParsedMessage {}

  /**
   * It will never get one.
   *
   * @param reason without anything of the prompt
   */
  record Poison(String reason) implements ParsedMessage {}
}
