package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.cli.DrainedQueues;
import dev.forebay.cli.TelemetryAssembly;
import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.Http;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** A queue of SQS, drained by a gateway with an emulated Bedrock behind it. */
@Order(Order.DEFAULT - 1)
class SqsTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String MESSAGE =
      """
      {"operation": "converse",
       "body": {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}}""";

  private final Http http = new Http();
  private SQSRestServer server;
  private SqsAsyncClient client;
  private Gateway gateway;
  private DrainedQueues queues;
  private String in;
  private String dead;
  private String replies;

  @BeforeEach
  void start() {
    server = SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
    int port = server.waitUntilStarted().localAddress().getPort();
    client =
        SqsAsyncClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + port))
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build();
    in = queue("in", port);
    dead = queue("dead", port);
    replies = queue("replies", port);
    GatewayConfig config =
        ConfigFile.parse(
            """
            server: { port: 0 }
            targets:
              one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
            routes:
              the-model:
                tiers: [[one]]
                retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }
            sqs:
              - queue: %s
                route: the-model
                deadLetterQueue: %s
                replyQueue: %s
                region: us-east-1
                credentials: anonymous
            """
                .formatted(Stack.ALONE, stack.emulator().endpoint(), in, dead, replies),
            "sqs.yaml",
            Map.of());
    Journeys journeys = new Journeys();
    TelemetryAssembly watching = stack.watch(config, journeys);
    gateway = stack.start(config, journeys, watching, JourneyListener.NONE, Optional.empty());
    queues = DrainedQueues.start(config, gateway);
    watching.watch(queues);
  }

  private String queue(String name, int port) {
    client.createQueue(request -> request.queueName(name)).join();
    return "http://127.0.0.1:" + port + "/000000000000/" + name;
  }

  @AfterEach
  void close() {
    queues.drain().toCompletionStage().toCompletableFuture().join();
    gateway.close().toCompletionStage().toCompletableFuture().join();
    client.close();
    server.stopAndWait();
  }

  @Test
  void aMessageIsAnsweredAsADirectCallWouldBe() throws Exception {
    send(MESSAGE);

    Message reply = next(replies);
    assertThat(reply.body()).contains("\"stopReason\":\"end_turn\"");
    assertThat(text(reply, "forebay-status")).isEqualTo("200");
    assertThat(text(reply, "x-forebay-answer")).isEqualTo("primary");
    assertThat(text(reply, "x-forebay-target")).isEqualTo("one");
    await().untilAsserted(() -> assertThat(counted("answered")).isEqualTo("1.0"));
    assertThat(counted("dead_letter")).isEqualTo("0.0");
  }

  /** More of them than one call has attempts. */
  @Test
  void throttlesAreWaitedForAndNoFailures() {
    stack.emulator().faults("[{\"throttle\": {\"reason\": \"tokens\"}, \"count\": 6}]");

    send(MESSAGE);

    assertThat(text(next(replies), "x-forebay-answer")).isEqualTo("primary");
    assertThat(stack.arrived(Stack.ALONE)).hasSize(7);
    assertThat(receive(dead)).isEmpty();
  }

  @Test
  void whatTheModelRefusesIsADeadLetter() throws Exception {
    stack.emulator().faults("[{\"error\": {\"exception\": \"ValidationException\"}}]");

    send(MESSAGE);

    assertThat(text(next(dead), "forebay-reason")).contains("ValidationException");
    await().untilAsserted(() -> assertThat(counted("dead_letter")).isEqualTo("1.0"));
    assertThat(stack.arrived(Stack.ALONE)).hasSize(1);
  }

  @Test
  void aModelOfNoRouteIsADeadLetterWithoutACall() {
    send("{\"operation\": \"converse\", \"modelId\": \"nobody\", \"body\": {}}");

    assertThat(text(next(dead), "forebay-reason")).isEqualTo("no route for the model nobody");
    assertThat(stack.arrived(Stack.ALONE)).isEmpty();
  }

  private String counted(String outcome) throws IOException, InterruptedException {
    String series = "forebay_sqs_messages_total{outcome=\"" + outcome + "\",queue=\"" + in + "\"} ";
    return http.text(Http.get(Http.local(gateway.port(), "/metrics")))
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .map(line -> line.substring(series.length()))
        .collect(Collectors.joining());
  }

  private void send(String body) {
    client.sendMessage(request -> request.queueUrl(in).messageBody(body)).join();
  }

  private Message next(String queue) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> receive(queue), messages -> !messages.isEmpty())
        .getFirst();
  }

  private List<Message> receive(String queue) {
    return client
        .receiveMessage(request -> request.queueUrl(queue).messageAttributeNames("All"))
        .join()
        .messages();
  }

  private static String text(Message message, String attribute) {
    var value = message.messageAttributes().get(attribute);
    return value == null ? "" : value.stringValue();
  }
}
