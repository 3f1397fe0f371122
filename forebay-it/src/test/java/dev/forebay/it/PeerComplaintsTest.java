package dev.forebay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.forebay.config.ConfigFile;
import dev.forebay.gateway.Gateway;
import dev.forebay.testkit.StreamFrames;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What users of other gateways complain about, in their streams and with Bedrock: each test names
 * the report that it is taken from.
 */
class PeerComplaintsTest {
  @RegisterExtension static final Stack stack = new Stack();

  private static final String BODY =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]}";
  private static final byte[] BEGUN = joined(StreamFrames.START, StreamFrames.DELTA);

  /** LiteLLM 40404: a stream that is cut or stalls brings no fallback. */
  @Test
  void aStreamThatIsCutBeforeContentFallsBack() throws Exception {
    assertThat(
            stream(peer -> peer.streamHead().chunk(StreamFrames.START).reset(), true).answeredBy())
        .isEqualTo("fallback");
  }

  /** LiteLLM 40404. */
  @Test
  void aStreamThatStallsBeforeContentFallsBack() throws Exception {
    assertThat(
            stream(peer -> peer.streamHead().chunk(StreamFrames.START).hang(), true).answeredBy())
        .isEqualTo("fallback");
  }

  /** Bifrost 2480: exceptions inside the event stream are not retried. */
  @Test
  void anExceptionInsideTheStreamIsRetried() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Seen seen =
        stream(
            peer -> {
              if (asked.incrementAndGet() == 1) {
                peer.streamHead()
                    .chunk(StreamFrames.exceptionFrame("serviceUnavailableException"))
                    .lastChunk();
              } else {
                peer.streamHead().chunk(StreamFrames.WHOLE_STREAM).lastChunk();
              }
            },
            false);

    assertThat(asked.get()).isEqualTo(2);
    assertThat(seen.complete()).isTrue();
  }

  /** Bifrost 4545: they come out with a wrong checksum. Read here by AWS's own decoder. */
  @Test
  void anExceptionAfterContentHasItsChecksums() throws Exception {
    Seen seen =
        stream(
            peer ->
                peer.streamHead()
                    .chunk(joined(BEGUN, StreamFrames.exceptionFrame("throttlingException")))
                    .lastChunk(),
            true);

    assertThat(seen.exception()).isEqualTo("throttlingException");
    assertThat(seen.text()).isEqualTo(StreamFrames.TEXT);
  }

  /** Portkey 1797: an upstream that is cut in mid-answer ends cleanly, as 200. */
  @Test
  void anAnswerThatIsCutIsNotMadeToLookComplete() throws Exception {
    Seen seen = stream(peer -> peer.streamHead().chunk(BEGUN).reset(), true);

    assertThat(seen.complete()).isFalse();
    assertThat(seen.exception()).isEqualTo("serviceUnavailableException");
  }

  /** Portkey 1142: an error is swallowed as an empty success. */
  @Test
  void anErrorIsNoEmptyStream() throws Exception {
    Seen seen = stream(peer -> peer.streamHead().lastChunk(), false);

    assertThat(seen.status()).isEqualTo(424);
    assertThat(seen.errorType()).isEqualTo("ModelStreamErrorException");
  }

  /** Bifrost 5395: one valid event before the error disables the fallback. */
  @Test
  void aValidEventBeforeTheErrorDoesNotDisableTheFallback() throws Exception {
    Seen seen =
        stream(
            peer ->
                peer.streamHead()
                    .chunk(
                        joined(
                            StreamFrames.START,
                            StreamFrames.exceptionFrame("modelStreamErrorException")))
                    .lastChunk(),
            true);

    assertThat(seen.answeredBy()).isEqualTo("fallback");
    assertThat(seen.events().stream().filter("messageStart"::equals)).hasSize(1);
  }

  /** LiteLLM 7637: a 503 surfaces as a 400. */
  @Test
  void a503StaysA503() throws Exception {
    Seen seen =
        stream(
            peer ->
                peer.answer(
                    503,
                    "Content-Type: application/json\r\nx-amzn-ErrorType: ServiceUnavailableException\r\n",
                    "{\"message\":\"busy\"}"),
            false);

    assertThat(seen.status()).isEqualTo(503);
    assertThat(seen.errorType()).isEqualTo("ServiceUnavailableException");
    assertThat(seen.text()).isEqualTo("busy");
  }

  /** LiteLLM 28624: one sick provider hangs the whole proxy. */
  @Test
  void oneSickTargetDelaysNoOtherCall() throws Exception {
    try (FaultyUpstream sick = new FaultyUpstream(Peer::hang);
        FaultyUpstream healthy = new FaultyUpstream(Faults::answer)) {
      Gateway gateway =
          start(
              target("sick", sick) + target("healthy", healthy),
              route("sick-model", "[sick]") + route("healthy-model", "[healthy]"));
      List<RawHttp> waiting = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        waiting.add(
            new RawHttp(gateway.port()).send(RawHttp.post("/model/sick-model/converse", BODY)));
      }
      await().until(() -> calls(gateway) == 300);
      for (int i = 0; i < 20; i++) {
        assertThat(call(gateway, "healthy-model", "converse").answeredBy()).isEqualTo("primary");
      }
      assertThat(calls(gateway)).as("those who wait still").isEqualTo(300);
      for (RawHttp each : waiting) {
        each.leave();
      }
      close(gateway);
    }
  }

  /**
   * LiteLLM 14371, 13738, 10819, Bifrost 6973: credentials and headers leak into the fallback's.
   */
  @Test
  void nothingOfTheCallersOrOfTheFirstTargetsRequestReachesTheFallback() throws Exception {
    try (FaultyUpstream first = new FaultyUpstream(asked(peer -> {}));
        ScriptedBedrock second = ScriptedBedrock.answering(Faults.ANSWER)) {
      Gateway gateway =
          start(
              "  first: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: \"%s\", credentials: \"static:AKIDFIRST:${SECRET}\" }\n"
                      .formatted(first.endpoint())
                  + "  second: { region: us-west-2, model: amazon.nova-micro-v1:0, endpoint: \"%s\", credentials: \"bearer:${TOKEN}\" }\n"
                      .formatted(second.endpoint()),
              route("model", "[first], [second]"));
      try (RawHttp caller = new RawHttp(gateway.port())) {
        caller
            .send(
                RawHttp.post(
                    "/model/model/converse",
                    BODY,
                    "Connection: close",
                    "Authorization: Bearer callers",
                    "X-Amz-Security-Token: callers",
                    "Cookie: callers",
                    "X-Api-Key: callers",
                    "X-Forebay-Priority: batch"))
            .readToEnd();
      }

      assertThat(second.lastAuthorization()).isEqualTo("Bearer second");
      assertThat(second.lastHeaders())
          .doesNotContain("x-amz-date", "x-amz-security-token", "cookie", "x-api-key")
          .noneMatch(name -> name.startsWith("x-forebay-"));
      close(gateway);
    }
  }

  /** pi 3399: a default max_tokens that the caller never set burns the quota. */
  @Test
  void noMaxTokensIsAddedToACall() throws Exception {
    try (ScriptedBedrock bedrock = ScriptedBedrock.answering(Faults.ANSWER)) {
      Gateway gateway =
          start(
              "  only: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: \"%s\", credentials: anonymous }\n"
                  .formatted(bedrock.endpoint()),
              route("model", "[only]"));
      call(gateway, "model", "converse");

      assertThat(bedrock.lastBody()).isEqualTo(BODY);
      close(gateway);
    }
  }

  private static Seen stream(FaultyUpstream.Script script, boolean fallback) throws Exception {
    try (FaultyUpstream first = new FaultyUpstream(asked(script));
        FaultyUpstream healthy = new FaultyUpstream(Faults::answer)) {
      Gateway gateway =
          start(
              target("first", first) + (fallback ? target("healthy", healthy) : ""),
              route("model", fallback ? "[first], [healthy]" : "[first]"));
      Seen seen = call(gateway, "model", "converse-stream");
      close(gateway);
      return seen;
    }
  }

  private static FaultyUpstream.Script asked(FaultyUpstream.Script then) {
    return peer -> {
      if (!peer.request().isEmpty()) {
        then.play(peer);
      }
    };
  }

  private static Seen call(Gateway gateway, String model, String operation) throws IOException {
    try (RawHttp caller = new RawHttp(gateway.port())) {
      String wire =
          caller
              .send(RawHttp.post("/model/" + model + "/" + operation, BODY, "Connection: close"))
              .readToEnd();
      return Seen.of(wire.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private static int calls(Gateway gateway) throws IOException {
    try (RawHttp raw = new RawHttp(gateway.port())) {
      String status =
          raw.send("GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
              .readToEnd();
      return new JsonObject(status.substring(status.indexOf("\r\n\r\n") + 4)).getInteger("calls");
    }
  }

  private static Gateway start(String targets, String routes) {
    return stack.start(
        ConfigFile.parse(
            "server: { port: 0 }\ntargets:\n" + targets + "routes:\n" + routes,
            "peers.yaml",
            Map.of("SECRET", "first", "TOKEN", "second")));
  }

  private static void close(Gateway gateway) {
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }

  private static String target(String name, FaultyUpstream upstream) {
    return "  %s: { region: us-east-1, model: amazon.nova-lite-v1:0, endpoint: \"%s\", credentials: anonymous, timeouts: { firstToken: 400ms } }\n"
        .formatted(name, upstream.endpoint());
  }

  private static String route(String name, String tiers) {
    return "  %s: { tiers: [%s], deadline: 10s, retry: { maxAttempts: 2, baseDelay: 1ms, maxDelay: 1ms, jitter: none } }\n"
        .formatted(name, tiers);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
