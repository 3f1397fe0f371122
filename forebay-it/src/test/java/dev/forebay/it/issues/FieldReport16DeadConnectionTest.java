package dev.forebay.it.issues;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.Outcome;
import dev.forebay.core.event.JourneyEvent;
import dev.forebay.it.WireUpstream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kept connection that is dead when it is used again costs no call anything. */
class FieldReport16DeadConnectionTest {
  private static final int CALLS = 1_000;

  /** What the upstream does when a connection is used again. */
  enum AtReuse {
    CLOSES {
      @Override
      void end(WireUpstream.Connection connection) throws IOException {
        connection.next();
      }
    },
    CLOSES_UNREAD {
      @Override
      void end(WireUpstream.Connection connection) throws IOException {
        connection.in().read();
      }
    },
    RESETS {
      @Override
      void end(WireUpstream.Connection connection) throws IOException {
        connection.next();
        connection.reset();
      }
    },
    HAS_CLOSED {
      @Override
      void end(WireUpstream.Connection connection) {}
    };

    abstract void end(WireUpstream.Connection connection) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(AtReuse.class)
  void everyCallIsAnsweredAndNoAttemptCounts(AtReuse how) throws Exception {
    try (WireUpstream dying =
            WireUpstream.playing(
                connection -> {
                  if (connection.next().isPresent()) {
                    connection.json(200, WireUpstream.CONVERSE);
                    how.end(connection);
                  }
                });
        WireGateway gateway = new WireGateway(WireGateway.one(dying.endpoint(), ""))) {
      for (int i = 0; i < CALLS; i++) {
        HttpResponse<byte[]> answer = gateway.converse();
        assertThat(answer.statusCode()).as(WireGateway.text(answer)).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-forebay-attempts")).contains("1");
      }
      assertThat(gateway.events(JourneyEvent.AttemptEnded.class))
          .hasSize(CALLS)
          .allMatch(event -> event.outcome() instanceof Outcome.Succeeded);
      assertThat(gateway.target("one").getString("breaker")).isEqualTo("closed");
      assertThat(gateway.target("one").getValue("connectionError")).isNull();
    }
  }

  /** A fresh connection is no kept one, and a target that takes every call and closes is broken. */
  @Test
  void aTargetThatNeverAnswersFails() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (WireUpstream broken =
            WireUpstream.playing(
                connection -> {
                  if (connection.next().isPresent()) {
                    requests.incrementAndGet();
                  }
                });
        WireGateway gateway = new WireGateway(WireGateway.one(broken.endpoint(), ""))) {
      assertThat(gateway.converse().statusCode()).isEqualTo(503);
      assertThat(requests).hasValue(1);
    }
  }

  @Test
  void theReplacementIsReplacedByNone() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (WireUpstream once =
            WireUpstream.playing(
                connection -> {
                  Optional<WireUpstream.Seen> first = connection.next();
                  if (first.isPresent() && requests.incrementAndGet() == 1) {
                    connection.json(200, WireUpstream.CONVERSE);
                    connection.next().ifPresent(again -> requests.incrementAndGet());
                  }
                });
        WireGateway gateway = new WireGateway(WireGateway.one(once.endpoint(), ""))) {
      assertThat(gateway.converse().statusCode()).isEqualTo(200);
      assertThat(gateway.converse().statusCode()).isEqualTo(503);
      assertThat(requests).as("the kept connection and one more").hasValue(3);
    }
  }

  @Test
  void anAnswerThatHasBegunIsNotAskedForAgain() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (WireUpstream cut =
            WireUpstream.playing(
                connection -> {
                  connection.next();
                  requests.incrementAndGet();
                  connection.json(200, WireUpstream.CONVERSE);
                  connection.next();
                  requests.incrementAndGet();
                  connection.send("HTTP/1.1 200 OK\r\nContent-");
                });
        WireGateway gateway = new WireGateway(WireGateway.one(cut.endpoint(), ""))) {
      assertThat(gateway.converse().statusCode()).isEqualTo(200);
      assertThat(gateway.converse().statusCode()).isEqualTo(503);
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void silenceIsNoDeath() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    AtomicInteger requests = new AtomicInteger();
    try (WireUpstream hung =
            WireUpstream.playing(
                connection -> {
                  connection.next();
                  requests.incrementAndGet();
                  connection.json(200, WireUpstream.CONVERSE);
                  if (connection.next().isPresent()) {
                    requests.incrementAndGet();
                    try {
                      over.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                      throw new IOException(e);
                    }
                  }
                });
        WireGateway gateway =
            new WireGateway(
                WireGateway.one("any.model-v1:0", hung.endpoint(), "", ", deadline: 1s"))) {
      assertThat(gateway.converse().statusCode()).isEqualTo(200);
      assertThat(gateway.converse().statusCode()).isEqualTo(408);
      assertThat(requests).hasValue(2);
      over.countDown();
    }
  }

  /** Without a token an invocation that had begun unseen would begin twice. */
  @Test
  void whatMayNotBeRepeatedIsSentOnce() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (WireUpstream dying =
            WireUpstream.playing(
                connection -> {
                  connection.next();
                  requests.incrementAndGet();
                  connection.json(200, "{\"invocationArn\":\"arn\"}");
                  connection.next().ifPresent(again -> requests.incrementAndGet());
                });
        WireGateway gateway = new WireGateway(WireGateway.one(dying.endpoint(), ""))) {
      String body = "{\"modelId\":\"m\",\"modelInput\":{}}";
      assertThat(gateway.post("/async-invoke", body).statusCode()).isEqualTo(200);
      assertThat(gateway.post("/async-invoke", body).statusCode()).isEqualTo(503);
      assertThat(requests).hasValue(2);
      String token = body.replace("{}", "{},\"clientRequestToken\":\"t\"");
      assertThat(gateway.post("/async-invoke", token).statusCode()).isEqualTo(200);
      assertThat(gateway.post("/async-invoke", token).statusCode()).isEqualTo(200);
    }
  }
}
