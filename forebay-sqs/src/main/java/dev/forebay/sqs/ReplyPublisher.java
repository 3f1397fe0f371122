package dev.forebay.sqs;

import dev.forebay.jobs.JobResult;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/**
 * What becomes of messages: replies with their answers, and dead letters with the reason.
 * Thread-safe; blocks no thread.
 */
final class ReplyPublisher {
  private static final String REASON = "forebay-reason";
  private static final String FAILURES = "forebay-failures";
  private static final String OWN_PREFIX = "forebay-";

  /** What SQS takes in one message. */
  private static final int MAX_ATTRIBUTES = 10;

  private static final int MAX_REASON = 1_000;

  private final QueueSettings settings;
  private final Queues queues;
  private final @Nullable ResultBucket bucket;

  ReplyPublisher(QueueSettings settings, Queues queues, @Nullable ResultBucket bucket) {
    this.settings = settings;
    this.queues = queues;
    this.bucket = bucket;
  }

  /** Whether the message's answer is stored; always false without a bucket. */
  CompletableFuture<Boolean> isAnswered(Message message) {
    return bucket == null
        ? CompletableFuture.completedFuture(false)
        : bucket.has(message.messageId());
  }

  /**
   * Delivers an answer: whole in the reply queue if it fits, else in the bucket, with a reference
   * in the reply queue.
   *
   * @throws UndeliverableException within the future, if it fits nowhere
   */
  CompletableFuture<Void> answer(Message message, Optional<String> replyQueue, JobResult result) {
    Optional<String> text = text(result);
    ResultBucket into = bucket;
    boolean large = into != null && result.body().size() > into.settings().above();
    if (into != null && (large || replyQueue.isEmpty() || text.isEmpty())) {
      return into.put(message.messageId(), result)
          .thenCompose(
              stored ->
                  replyQueue
                      .map(queue -> tellLocation(queue, message, result, into))
                      .orElseGet(() -> CompletableFuture.completedFuture(null)));
    }
    if (replyQueue.isEmpty() || text.isEmpty()) {
      return CompletableFuture.failedFuture(
          new UndeliverableException(
              "the answer holds characters that SQS does not carry; configure a bucket"));
    }
    return queues.send(
        replyQueue.get(), message, text.get(), ReplyAttributes.of(message.messageId(), result));
  }

  private CompletableFuture<Void> tellLocation(
      String queue, Message message, JobResult result, ResultBucket into) {
    Map<String, MessageAttributeValue> attributes = ReplyAttributes.of(message.messageId(), result);
    String location = into.location(message.messageId());
    attributes.put(ReplyAttributes.LOCATION, ReplyAttributes.text(location));
    return queues.send(queue, message, location, attributes);
  }

  /**
   * Sends the reply queue the location of an answer that was stored by an earlier delivery of the
   * message.
   */
  CompletableFuture<Void> answeredBefore(Message message, Optional<String> replyQueue) {
    ResultBucket in = bucket;
    if (in == null || replyQueue.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    String location = in.location(message.messageId());
    return queues.send(
        replyQueue.get(),
        message,
        location,
        Map.of(
            ReplyAttributes.MESSAGE_ID,
            ReplyAttributes.text(message.messageId()),
            ReplyAttributes.LOCATION,
            ReplyAttributes.text(location)));
  }

  /**
   * Moves a message to the dead-letter queue, as it was, with the reason.
   *
   * @param failures how many times it really failed
   */
  CompletableFuture<Void> moveToDeadLetter(Message message, String reason, int failures) {
    Map<String, MessageAttributeValue> attributes = new LinkedHashMap<>();
    attributes.put(REASON, ReplyAttributes.text(oneLine(reason)));
    attributes.put(
        FAILURES,
        MessageAttributeValue.builder()
            .dataType("Number")
            .stringValue(Integer.toString(failures))
            .build());
    attributes.put(ReplyAttributes.MESSAGE_ID, ReplyAttributes.text(message.messageId()));
    message
        .messageAttributes()
        .forEach(
            (name, value) -> {
              boolean own = name.startsWith(OWN_PREFIX) && !name.equals(MessageReader.REPLY_QUEUE);
              if (!own && attributes.size() < MAX_ATTRIBUTES) {
                attributes.put(name, value);
              }
            });
    String queue = settings.deadLetterQueue();
    return queues
        .send(queue, message, message.body(), attributes)
        .exceptionallyCompose(
            // As large as a message may be, it has no room for attributes.
            failure ->
                AwsFailure.passes(failure)
                    ? CompletableFuture.failedFuture(failure)
                    : queues.send(queue, message, message.body(), Map.of()));
  }

  private static String oneLine(String reason) {
    String line = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
    return line.chars()
        .collect(
            StringBuilder::new,
            (text, c) -> text.append(c >= ' ' && c <= '~' ? (char) c : '?'),
            StringBuilder::append)
        .toString();
  }

  /** The answer as a message's text; empty if SQS cannot carry it unchanged. */
  private static Optional<String> text(JobResult result) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(result.body().bytes()))
              .toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    boolean carried = !text.isEmpty() && text.codePoints().allMatch(ReplyPublisher::isCarried);
    return carried ? Optional.of(text) : Optional.empty();
  }

  private static boolean isCarried(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= ' ' && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }
}
