package dev.forebay.sqs;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import org.jspecify.annotations.Nullable;
import scala.Option;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * ElasticMQ, an SQS-compatible server, and a client of the test's own. Killing it cuts all
 * connections; what it holds is there again after a restart, as with SQS.
 */
final class SqsServer implements AutoCloseable {
  private final ActorSystem actors = ActorSystem.create("elasticmq");
  private final ActorRef queueManager =
      actors.actorOf(
          Props.create(
              QueueManagerActor.class,
              () ->
                  new QueueManagerActor(
                      new NowProvider(), StrictSQSLimits$.MODULE$, Option.empty())));
  private @Nullable ActorSystem server;
  private final int port;
  private final SqsAsyncClient client;

  SqsServer() {
    port = start(0);
    client =
        SqsAsyncClient.builder()
            .endpointOverride(endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClientBuilder(NettyNioAsyncHttpClient.builder())
            .build();
  }

  private int start(int onPort) {
    ActorSystem next = ActorSystem.create("server");
    server = next;
    return SQSRestServerBuilder.withActorSystem(next)
        .withQueueManagerActor(queueManager)
        .withInterface("127.0.0.1")
        .withPort(onPort)
        .start()
        .waitUntilStarted()
        .localAddress()
        .getPort();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  void kill() {
    if (server != null) {
      end(server);
      server = null;
    }
  }

  void restart() {
    start(port);
  }

  private static void end(ActorSystem system) {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  String createQueue(String name) {
    Map<QueueAttributeName, String> attributes =
        name.endsWith(".fifo") ? Map.of(QueueAttributeName.FIFO_QUEUE, "true") : Map.of();
    return client
        .createQueue(request -> request.queueName(name).attributes(attributes))
        .join()
        .queueUrl();
  }

  /** Sends a message; returns its id. */
  String send(String queue, String body) {
    return send(queue, body, Map.of());
  }

  String send(String queue, String body, Map<String, String> attributes) {
    Map<String, MessageAttributeValue> values = new HashMap<>();
    attributes.forEach((name, text) -> values.put(name, ReplyAttributes.text(text)));
    return client
        .sendMessage(request -> request.queueUrl(queue).messageBody(body).messageAttributes(values))
        .join()
        .messageId();
  }

  /** Takes what is visible now, for good. */
  List<Message> takeAll(String queue) {
    List<Message> all = new ArrayList<>();
    while (true) {
      List<Message> some =
          client
              .receiveMessage(
                  request ->
                      request
                          .queueUrl(queue)
                          .maxNumberOfMessages(10)
                          .messageAttributeNames("All")
                          .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
              .join()
              .messages();
      if (some.isEmpty()) {
        return all;
      }
      some.forEach(
          message ->
              client
                  .deleteMessage(
                      request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()))
                  .join());
      all.addAll(some);
    }
  }

  /** How many messages a receiver would get. */
  int visible(String queue) {
    return count(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
  }

  /** How many messages are in flight. */
  int hidden(String queue) {
    return count(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE);
  }

  private int count(String queue, QueueAttributeName what) {
    return Integer.parseInt(
        client
            .getQueueAttributes(request -> request.queueUrl(queue).attributeNames(what))
            .join()
            .attributes()
            .getOrDefault(what, "0"));
  }

  @Override
  public void close() {
    client.close();
    kill();
    end(actors);
  }
}
