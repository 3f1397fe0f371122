package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.it.ScriptedModels;
import dev.forebay.it.ScriptedModels.Script;
import java.net.URI;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** A fallback that refuses makes no dead letter of a message: it waits for the model asked for. */
class FieldReport01QueueOfSqsTest {
  private static final String MESSAGE =
      """
      {"operation": "converse",
       "body": {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}}""";

  @Test
  void theMessageWaits() {
    SQSRestServer server =
        SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
    int port = server.waitUntilStarted().localAddress().getPort();
    try (SqsAsyncClient client =
            SqsAsyncClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
        ScriptedModels models = new ScriptedModels()) {
      String in = queue(client, "in", port);
      String dead = queue(client, "dead", port);
      String replies = queue(client, "replies", port);
      models
          .script("a", Script.throttles(1))
          .script("b", Script.refuses(400, "ValidationException", "`temperature` is deprecated"));
      models.start(
          """
          server: { port: 0 }
          targets:
            a: { region: us-east-1, model: us.anthropic.claude-opus-4-1-20250805-v1:0, endpoint: "${UPSTREAM}/a", credentials: anonymous }
            b: { region: us-east-1, model: us.anthropic.claude-opus-4-7, endpoint: "${UPSTREAM}/b", credentials: anonymous }
          routes:
            the-model:
              tiers: [[a], [b]]
              retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }
          sqs:
            - queue: %s
              route: the-model
              deadLetterQueue: %s
              replyQueue: %s
              region: us-east-1
              credentials: anonymous
          """
              .formatted(in, dead, replies));
      client.sendMessage(request -> request.queueUrl(in).messageBody(MESSAGE)).join();
      await().until(() -> models.asked().contains("b"));
      models.script("a", Script.answers());

      Message reply = await().until(() -> next(client, replies), found -> found != null);
      assertThat(reply.body()).contains("end_turn");
      assertThat(next(client, dead)).isNull();
    } finally {
      server.stopAndWait();
    }
  }

  private static @Nullable Message next(SqsAsyncClient client, String queue) {
    return client
        .receiveMessage(
            request -> request.queueUrl(queue).messageAttributeNames("All").maxNumberOfMessages(1))
        .join()
        .messages()
        .stream()
        .findFirst()
        .orElse(null);
  }

  private static String queue(SqsAsyncClient client, String name, int port) {
    client.createQueue(request -> request.queueName(name)).join();
    return "http://127.0.0.1:" + port + "/000000000000/" + name;
  }
}
