package dev.forebay.sqs;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** The calls to SQS. Thread-safe; blocks no thread. */
final class Queues {
  private static final String FIFO = ".fifo";

  private final SqsAsyncClient sqs;
  private final Retrying retrying;

  Queues(SqsAsyncClient sqs, Retrying retrying) {
    this.sqs = sqs;
    this.retrying = retrying;
  }

  /** Asks once for messages; comes back without any after {@code wait}. */
  CompletableFuture<List<Message>> receive(QueueSettings from, int max, Duration wait) {
    return sqs.receiveMessage(
            request ->
                request
                    .queueUrl(from.queue())
                    .maxNumberOfMessages(max)
                    .visibilityTimeout((int) from.visibility().toSeconds())
                    .waitTimeSeconds((int) wait.toSeconds())
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(
                        MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                        MessageSystemAttributeName.MESSAGE_GROUP_ID))
        .thenApply(ReceiveMessageResponse::messages);
  }

  /** Hides a message for that long from now on; zero: shows it again. */
  CompletableFuture<Void> changeVisibility(String queue, String receipt, Duration length) {
    return retrying.call(
        Retrying.SHORT,
        () ->
            sqs.changeMessageVisibility(
                    request ->
                        request
                            .queueUrl(queue)
                            .receiptHandle(receipt)
                            .visibilityTimeout((int) length.toSeconds()))
                .thenApply(done -> null));
  }

  CompletableFuture<Void> delete(String queue, String receipt) {
    return retrying.call(
        Retrying.LONG,
        () ->
            sqs.deleteMessage(request -> request.queueUrl(queue).receiptHandle(receipt))
                .thenApply(done -> null));
  }

  /**
   * Sends what became of a message.
   *
   * @param about the message; a FIFO queue takes one letter about it within five minutes
   */
  CompletableFuture<Void> send(
      String queue, Message about, String body, Map<String, MessageAttributeValue> attributes) {
    SendMessageRequest.Builder request =
        SendMessageRequest.builder()
            .queueUrl(queue)
            .messageBody(body)
            .messageAttributes(attributes);
    if (queue.endsWith(FIFO)) {
      request
          .messageDeduplicationId(about.messageId())
          .messageGroupId(
              about
                  .attributes()
                  .getOrDefault(MessageSystemAttributeName.MESSAGE_GROUP_ID, about.messageId()));
    }
    SendMessageRequest built = request.build();
    return retrying.call(Retrying.LONG, () -> sqs.sendMessage(built).thenApply(sent -> null));
  }
}
