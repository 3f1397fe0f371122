package dev.forebay.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.jobs.Header;
import dev.forebay.jobs.worker.Capacity;
import dev.forebay.jobs.worker.JobRunner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

@Order(Order.DEFAULT - 1)
class SqsConsumerTest extends SqsFixture {
  @Test
  void anAnswerGoesToTheReplyQueueByteForByteAndItsMessageIsGone() {
    String answer =
        "{ \"output\":{\"message\":{\"content\":[{\"text\":\"gr\u00fc\u00df dich\"}]}}}";
    ScriptedRunner runner = ScriptedRunner.ending(number -> ScriptedRunner.answer(answer));
    bench.consume(runner);

    String id =
        bench
            .server()
            .send(
                bench.in(),
                """
                {"operation": "converse", "modelId": "alias",
                 "headers": {"X-Amzn-Bedrock-Trace": "ENABLED"}, "body": %s}
                """
                    .formatted(Bench.body("hello  there")));

    Message reply = replies(1).getFirst();
    assertThat(reply.body()).isEqualTo(answer);
    assertThat(attributes(reply))
        .containsEntry("forebay-message-id", id)
        .containsEntry("forebay-status", "200")
        .containsEntry("content-type", "application/json")
        .containsEntry("x-forebay-answer", "primary")
        .doesNotContainKey("x-secret");
    awaitGone();
    var asked = runner.calls().getFirst().job();
    assertThat(asked.request().body().bytes())
        .isEqualTo(Bench.body("hello  there").getBytes(StandardCharsets.UTF_8));
    assertThat(asked.request().headers())
        .containsExactly(new Header("X-Amzn-Bedrock-Trace", "ENABLED"));
    assertThat(asked.stored().job().route()).isEqualTo(Bench.ROUTE);
    assertThat(asked.stored().job().modelPath()).isEqualTo("alias");
    assertThat(asked.stored().job().operation()).isEqualTo("converse");
  }

  @Test
  void receivesOnlyWhatThereIsRoomFor() {
    AtomicInteger room = new AtomicInteger();
    Capacity capacity =
        (route, meanTokens, max) -> {
          int now = Math.min(max, room.getAndSet(0));
          return now == 0 ? new Capacity.Later(Duration.ofMillis(20)) : new Capacity.Now(now);
        };
    IntStream.range(0, 20).forEach(i -> bench.server().send(bench.in(), Bench.message("p" + i)));
    ScriptedRunner runner = ScriptedRunner.pending();
    bench.capacity(capacity).concurrency(6).consume(runner);

    // Before it knows what a message costs, it takes one.
    room.set(3);
    await().atMost(SOON).until(() -> runner.calls().size() == 1);
    assertThat(bench.server().hidden(bench.in())).isEqualTo(1);
    room.set(3);
    await().atMost(SOON).until(() -> runner.calls().size() == 4);
    assertThat(bench.server().visible(bench.in())).isEqualTo(16);

    // No more places than are configured, however much room there is.
    room.set(100);
    await().atMost(SOON).until(() -> runner.calls().size() == 6);
    assertThat(bench.server().visible(bench.in())).isEqualTo(14);
    room.set(100);
    runner.calls().getFirst().end(ScriptedRunner.answer("{}"));
    await().atMost(SOON).until(() -> runner.calls().size() == 7);
    assertThat(bench.server().visible(bench.in())).isEqualTo(13);
  }

  @Test
  void aThrottleIsNoFailureAndCountsNoReceipt() throws Exception {
    ScriptedRunner runner =
        ScriptedRunner.ending(number -> new JobRunner.NoCapacity(Duration.ofMillis(10)));
    bench.server().send(bench.in(), Bench.message("p"));
    SqsConsumer consumer = bench.consume(runner);

    await().atMost(SOON).until(() -> runner.calls().size() >= 20);
    consumer.drain(Duration.ofSeconds(5)).get(10, TimeUnit.SECONDS);

    Message back =
        await()
            .atMost(SOON)
            .until(() -> bench.server().takeAll(bench.in()), all -> !all.isEmpty())
            .getFirst();
    // The worker's one, and the test's own.
    assertThat(back.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
    assertThat(bench.server().takeAll(bench.dead())).isEmpty();
    assertThat(runner.calls().getLast().job().stored().attempts()).isZero();
  }

  @Test
  void aMessageMayNameAnotherReplyQueueThatIsAllowed() {
    String other = bench.server().createQueue("other");
    bench
        .replyQueues(bench.replies(), other)
        .consume(ScriptedRunner.ending(number -> ScriptedRunner.answer("{}")));

    bench.server().send(bench.in(), Bench.message("p"), Map.of("forebay-reply-queue", other));

    assertThat(taken(other, 1)).hasSize(1);
    awaitGone();
    assertThat(bench.server().takeAll(bench.replies())).isEmpty();
  }

  @Test
  void aSlowCallKeepsItsMessageHidden() throws Exception {
    ScriptedRunner slow = ScriptedRunner.pending();
    ScriptedRunner other = ScriptedRunner.ending(number -> ScriptedRunner.answer("{}"));
    try (FaultyPath path = new FaultyPath(bench.server().endpoint())) {
      bench.visibility(Duration.ofSeconds(3)).consume(slow, path.endpoint());
      bench.server().send(bench.in(), Bench.message("p"));
      await().atMost(SOON).until(() -> slow.calls().size() == 1);
      bench.consume(other);

      // One renewal a second: by the eighth, its time has passed twice.
      await().atMost(SOON).until(() -> path.count("ChangeMessageVisibility") >= 8);
      slow.calls().getFirst().end(ScriptedRunner.answer("{\"slow\":1}"));

      assertThat(replies(1).getFirst().body()).isEqualTo("{\"slow\":1}");
      awaitGone();
      assertThat(other.calls()).isEmpty();
    }
  }

  @Test
  void aMessageThatComesAgainWhileItsCallRunsIsNotAskedForTwice() throws Exception {
    ScriptedRunner runner = ScriptedRunner.pending();
    try (FaultyPath path = new FaultyPath(bench.server().endpoint())) {
      path.fail("ChangeMessageVisibility", FaultyPath.Fault.FAILED);
      bench.visibility(Duration.ofSeconds(3)).consume(runner, path.endpoint());
      bench.server().send(bench.in(), Bench.message("p"));
      await().atMost(SOON).until(() -> runner.calls().size() == 1);
      // SQS shows it again, as it heard nothing of it, and the worker receives it once more.
      int polls = path.count("ReceiveMessage");
      await().atMost(SOON).until(() -> path.count("ReceiveMessage") > polls + 1);
      path.heal("ChangeMessageVisibility");

      runner.calls().getFirst().end(ScriptedRunner.answer("{}"));

      replies(1);
      awaitGone();
      assertThat(runner.calls()).hasSize(1);
    }
  }

  @Test
  void aMessageThatComesAgainAfterItsAnswerIsOnlyDeleted() throws Exception {
    ScriptedRunner runner = ScriptedRunner.ending(number -> ScriptedRunner.answer("{}"));
    try (FaultyPath path = new FaultyPath(bench.server().endpoint())) {
      path.fail("DeleteMessage", FaultyPath.Fault.PRETENDED);
      bench.visibility(Duration.ofSeconds(3)).consume(runner, path.endpoint());
      bench.server().send(bench.in(), Bench.message("p"));
      await().atMost(SOON).until(() -> path.count("DeleteMessage") >= 2);
      path.heal("DeleteMessage");

      awaitGone();
      assertThat(runner.calls()).hasSize(1);
      assertThat(bench.server().takeAll(bench.replies())).hasSize(1);
    }
  }

  @Test
  void nothingIsLostOrAnsweredTwiceWhenTheServerDiesInUse() {
    int messages = 60;
    ScriptedRunner runner = ScriptedRunner.pending();
    bench.concurrency(20).consume(runner);
    List<String> ids =
        IntStream.range(0, messages)
            .mapToObj(i -> bench.server().send(bench.in(), Bench.message("p" + i)))
            .toList();

    await().atMost(SOON).until(() -> runner.calls().size() >= 15);
    // Some end before the server dies, some while it is dead, and some are received afterwards.
    runner.calls().subList(0, 5).forEach(call -> call.end(ScriptedRunner.answer("{}")));
    bench.server().kill();
    runner.calls().forEach(call -> call.end(ScriptedRunner.answer("{}")));
    bench.server().restart();

    List<Message> replies = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              runner.calls().forEach(call -> call.end(ScriptedRunner.answer("{}")));
              replies.addAll(bench.server().takeAll(bench.replies()));
              return replies.size() >= messages;
            });
    awaitGone();
    replies.addAll(bench.server().takeAll(bench.replies()));
    assertThat(replies)
        .extracting(reply -> attributes(reply).get("forebay-message-id"))
        .containsExactlyInAnyOrderElementsOf(ids);
    assertThat(bench.server().takeAll(bench.dead())).isEmpty();
  }

  @Test
  void drainingLetsCallsEndAndGivesBackWhatWaits() throws Exception {
    ScriptedRunner runner = ScriptedRunner.pending();
    bench.server().send(bench.in(), Bench.message("waits"));
    SqsConsumer consumer = bench.consume(runner);
    await().atMost(SOON).until(() -> runner.calls().size() == 1);
    bench.server().send(bench.in(), Bench.message("ends"));
    bench.server().send(bench.in(), Bench.message("runs on"));
    await().atMost(SOON).until(() -> runner.calls().size() == 3);
    runner.calls().getFirst().end(new JobRunner.NoCapacity(Duration.ofHours(1)));

    var drained = consumer.drain(Duration.ofSeconds(2));
    runner.calls().get(1).end(ScriptedRunner.answer("{}"));

    // Long before the minute for which they were hidden is over.
    drained.get(15, TimeUnit.SECONDS);
    assertThat(bench.server().takeAll(bench.in())).hasSize(2);
    assertThat(replies(1)).hasSize(1);
    assertThat(runner.calls().get(2).cancelled()).isTrue();
    assertThat(consumer.holding()).isZero();
  }

  @Test
  void largeAnswersGoToTheBucketAndTheReplyTellsWhere() throws Exception {
    String large = "{\"text\":\"" + "x".repeat(1_000) + "\"}";
    try (FakeS3 s3 = new FakeS3()) {
      bench
          .bucket(s3, 1_000)
          .consume(
              ScriptedRunner.ending(
                  number -> ScriptedRunner.answer(number == 1 ? large : "{\"small\":1}")));
      String id = bench.server().send(bench.in(), Bench.message("p"));

      Message reply = replies(1).getFirst();
      String location = "s3://answers/done/" + id;
      assertThat(reply.body()).isEqualTo(location);
      assertThat(attributes(reply)).containsEntry("forebay-location", location);
      assertThat(s3.objects()).containsExactly(Map.entry("/answers/done/" + id, large));
      assertThat(s3.answers()).containsEntry("/answers/done/" + id, "primary");

      bench.server().send(bench.in(), Bench.message("q"));
      assertThat(replies(1).getFirst().body()).isEqualTo("{\"small\":1}");
      assertThat(s3.objects()).hasSize(1);
    }
  }

  @Test
  void anAnswerInTheBucketIsNeitherAskedForNorWrittenAgain() throws Exception {
    ScriptedRunner first = ScriptedRunner.pending();
    ScriptedRunner second = ScriptedRunner.ending(number -> ScriptedRunner.answer("{\"n\":2}"));
    try (FakeS3 s3 = new FakeS3();
        FaultyPath path = new FaultyPath(bench.server().endpoint())) {
      bench.bucket(s3, 0).replyQueues().visibility(Duration.ofSeconds(3));
      SqsConsumer dies = bench.consume(first, path.endpoint());
      String id = bench.server().send(bench.in(), Bench.message("p"));
      await().atMost(SOON).until(() -> first.calls().size() == 1);
      path.fail("DeleteMessage", FaultyPath.Fault.FAILED);
      first.calls().getFirst().end(ScriptedRunner.answer("{\"n\":1}"));
      await().atMost(SOON).until(() -> path.count("DeleteMessage") > 0);
      dies.close();

      bench.consume(second);

      awaitGone();
      assertThat(second.calls()).isEmpty();
      assertThat(s3.objects()).containsExactly(Map.entry("/answers/done/" + id, "{\"n\":1}"));
    }
  }
}
