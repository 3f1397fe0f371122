package dev.forebay.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.sqs.model.Message;

/** A server, its queues, and a consumer of them. */
abstract class SqsFixture {
  static final Duration SOON = Duration.ofSeconds(20);
  final Bench bench = new Bench();

  @AfterEach
  void close() {
    bench.close();
  }

  final List<Message> replies(int count) {
    return taken(bench.replies(), count);
  }

  final List<Message> deadLetters(int count) {
    return taken(bench.dead(), count);
  }

  final List<Message> taken(String queue, int count) {
    List<Message> all = new ArrayList<>();
    await()
        .atMost(SOON)
        .until(
            () -> {
              all.addAll(bench.server().takeAll(queue));
              return all.size() >= count;
            });
    assertThat(all).hasSize(count);
    return all;
  }

  final void awaitGone() {
    await()
        .atMost(SOON)
        .until(() -> bench.server().visible(bench.in()) + bench.server().hidden(bench.in()) == 0);
  }

  static Map<String, String> attributes(Message message) {
    Map<String, String> texts = new TreeMap<>();
    message.messageAttributes().forEach((name, value) -> texts.put(name, value.stringValue()));
    return texts;
  }
}
