package dev.forebay.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.emulator.RawConnection.Ending;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RawWireTest {
  private static final String MODEL = "/model/" + Configs.CLAUDE.replace(":", "%3A");
  private static final String BODY = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private static final Emulator emulator = Emulator.start(Configs.quick());

  @AfterAll
  static void stop() {
    emulator.close();
  }

  @AfterEach
  void reset() {
    emulator.reset();
  }

  @Test
  void anErrorHasAwsOwnShape() throws IOException {
    emulator.faults("[{\"throttle\":{\"reason\":\"tokens\"}}]");
    try (RawConnection connection = post("/invoke")) {
      String message = "{\"message\":\"Too many tokens, please wait before trying again.\"}";
      String response = connection.readUntil(message);

      assertThat(response)
          .startsWith("HTTP/1.1 429 ")
          .containsIgnoringCase("content-length: 63\r\n")
          .containsIgnoringCase("Content-Type: application/json\r\n")
          .contains("x-amzn-RequestId: ")
          .contains(
              "x-amzn-ErrorType:"
                  + " ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/\r\n")
          .doesNotContainIgnoringCase("retry-after");
    }
  }

  @Test
  void aLiteralColonIsTakenToo() throws IOException {
    try (RawConnection connection = new RawConnection(emulator.port())) {
      connection.send(RawConnection.post("/model/" + Configs.CLAUDE + "/converse?a=b", BODY));
      assertThat(connection.readUntil("Emulated answer")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void anUnknownPathIsAnUnknownOperation() throws IOException {
    try (RawConnection connection = new RawConnection(emulator.port())) {
      connection.send(RawConnection.post("/model/a/b/converse", BODY));
      assertThat(connection.readUntil("}"))
          .startsWith("HTTP/1.1 404 ")
          .contains("UnknownOperationException");
    }
  }

  @Test
  void aBodyBeyondTheLimitIsRefusedInWords() throws IOException {
    try (RawConnection connection = new RawConnection(emulator.port())) {
      connection.send(RawConnection.post(MODEL + "/invoke", "x".repeat(25_000_001)));
      assertThat(connection.readUntil("}"))
          .startsWith("HTTP/1.1 400 ")
          .contains("ValidationException")
          .contains("25000000 bytes");
    }
  }

  @Test
  void anOutageClosesWithoutAByte() throws IOException {
    emulator.faults("[{\"outage\":{}}]");
    try (RawConnection connection = post("/converse")) {
      assertThat(connection.readToEnd()).isEqualTo(Ending.FIN);
      assertThat(connection.received()).isEmpty();
    }
  }

  @Test
  void aResetOfTheRequestIsATcpReset() throws IOException {
    emulator.faults("[{\"reset\":{}}]");
    try (RawConnection connection = post("/converse")) {
      assertThat(connection.readToEnd()).isEqualTo(Ending.RST);
      assertThat(connection.received()).isEmpty();
    }
  }

  @Test
  void aResetInMidStreamComesAfterTheHead() throws IOException {
    emulator.faults("[{\"reset\":{\"at\":\"midStream\",\"afterEvents\":2}}]");
    try (RawConnection connection = post("/converse-stream")) {
      assertThat(connection.readToEnd()).isEqualTo(Ending.RST);
    }
    Stats stats = emulator.stats();
    assertThat(stats.total().errors()).containsEntry("reset", 1L);
    assertThat(stats.total().streamsBegun()).isEqualTo(1);
  }

  @Test
  void aCutStreamEndsInsideItsChunkedBodyWithHalfAFrame() throws IOException {
    emulator.faults("[{\"cut\":{\"afterEvents\":1,\"halfFrame\":true}}]");
    try (RawConnection connection = post("/converse-stream")) {
      assertThat(connection.readToEnd()).isEqualTo(Ending.FIN);
      assertThat(connection.received())
          .containsIgnoringCase("transfer-encoding: chunked")
          .contains("messageStart")
          .contains("contentBlockDelta")
          .containsOnlyOnce("\"p\"")
          .doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void aCutUnaryBodyIsShorterThanItsContentLength() throws IOException {
    emulator.faults("[{\"cut\":{}}]");
    try (RawConnection connection = post("/converse")) {
      assertThat(connection.readToEnd()).isEqualTo(Ending.FIN);
      String response = connection.received();
      int announced =
          Integer.parseInt(response.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
      String body = response.substring(response.indexOf("\r\n\r\n") + 4);
      assertThat(body).hasSize(announced / 2);
    }
  }

  @Test
  void garbageIsNoJsonOrNoHttp() throws IOException {
    emulator.faults("[{\"count\":1,\"garbage\":{}},{\"garbage\":{\"kind\":\"http\"}}]");
    try (RawConnection connection = post("/converse")) {
      assertThat(connection.readUntil("</html>")).startsWith("HTTP/1.1 200 ");
    }
    try (RawConnection connection = post("/converse")) {
      assertThat(connection.readToEnd()).isEqualTo(Ending.FIN);
      assertThat(connection.received()).isEqualTo("\u0000\u0001 not HTTP at all\n");
    }
  }

  @Test
  void aHangIsHeldUntilTheClientGoes() throws IOException {
    emulator.faults("[{\"hang\":{}}]");
    try (RawConnection connection = post("/converse")) {
      Stats stats = StatsWait.until(emulator, now -> now.total().errors().containsKey("hang"));
      assertThat(stats.recent().getFirst().status()).isNull();
      assertThat(stats.recent().getFirst().clientLeftAtMs()).isNull();
      assertThat(connection.received()).isEmpty();
    }
    Stats stats = StatsWait.until(emulator, now -> now.total().inFlight() == 0);
    assertThat(stats.recent().getFirst().clientLeftAtMs()).isNotNull();
  }

  @Test
  void aClientThatLeavesAWaitingUnaryCallIsNoticed() throws IOException {
    Latency never = new Latency(new Distribution.Fixed(1e9), new Distribution.Fixed(1));
    try (Emulator slow = Emulator.start(Configs.claude(Quota.UNLIMITED, never))) {
      try (RawConnection connection = new RawConnection(slow.port())) {
        connection.send(RawConnection.post(MODEL + "/converse", BODY));
        StatsWait.until(slow, stats -> stats.total().tokensIn() > 0);
      }
      Stats stats = StatsWait.until(slow, now -> now.total().inFlight() == 0);
      assertThat(stats.recent().getFirst().outcome()).isEqualTo("clientLeft");
      assertThat(stats.total().tokensOut()).isZero();
      assertThat(stats.total().ok()).isZero();
    }
  }

  @Test
  void authorizationIsAskedForWhenConfigured() throws IOException {
    EmulatorConfig quick = Configs.quick();
    EmulatorConfig guarded =
        new EmulatorConfig(
            quick.host(),
            0,
            1,
            1,
            false,
            true,
            quick.models(),
            quick.otherModels(),
            quick.faults());
    try (Emulator closed = Emulator.start(guarded);
        RawConnection connection = new RawConnection(closed.port())) {
      String post = RawConnection.post(MODEL + "/converse", BODY);
      connection.send(post);
      assertThat(connection.readUntil("}"))
          .startsWith("HTTP/1.1 403 ")
          .contains("MissingAuthenticationTokenException");
      connection.send(post.replace("Host: x", "Host: x\r\nAuthorization: Bearer secret-token"));
      connection.readUntil("Emulated answer");

      RequestRecord request = closed.stats().recent().getLast();
      assertThat(request.authScheme()).isEqualTo("Bearer");
      assertThat(closed.stats().toString()).doesNotContain("secret-token");
    }
  }

  private static RawConnection post(String operation) throws IOException {
    RawConnection connection = new RawConnection(emulator.port());
    connection.send(RawConnection.post(MODEL + operation, BODY));
    return connection;
  }
}
