package dev.forebay.it.issues;

import dev.forebay.config.ConfigFile;
import dev.forebay.core.Ticker;
import dev.forebay.core.event.CallTracing;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.Gateway;
import dev.forebay.gateway.admin.MetricsPage;
import dev.forebay.testkit.Http;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/** A gateway whose minutes pass in seconds. */
final class TimedGateway implements AutoCloseable {
  static final String CONVERSE =
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hi\"}]}]%s}";
  static final String CLAUDE =
      "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":50,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

  private final Gateway gateway;
  private final Http http = new Http();

  TimedGateway(Vertx vertx, Ticker ticker, String config) {
    try {
      gateway =
          Gateway.start(
                  ConfigFile.parse("server: { port: 0 }\n" + config, "timed.yaml", Map.of()),
                  new Gateway.Surroundings(
                      new Journeys(),
                      JourneyListener.NONE,
                      CallTracing.NONE,
                      accept -> new MetricsPage.Page("text/plain", new byte[0]),
                      ticker,
                      new SplittableRandom(1)),
                  vertx)
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One target, and what else the route has. */
  static String route(String model, String endpoint, String more) {
    return """
    targets:
      one: { region: us-east-1, model: "%s", endpoint: "%s", credentials: anonymous }
    routes:
      m: { tiers: [[one]], retry: { baseDelay: 1ms, maxDelay: 1ms, jitter: none }%s }
    """
        .formatted(model, endpoint, more);
  }

  /** A target and a fallback. */
  static String ladder(String model, String first, String second, String more) {
    return """
    targets:
      one: { region: us-east-1, model: "%1$s", endpoint: "%2$s", credentials: anonymous }
      two: { region: us-west-2, model: "%1$s", endpoint: "%3$s", credentials: anonymous }
    routes:
      m: { tiers: [[one], [two]]%4$s }
    """
        .formatted(model, first, second, more);
  }

  HttpResponse<byte[]> call(String operation, String body, String... headers) throws Exception {
    return http.bytes(
        Http.post(Http.local(gateway.port(), "/model/m/" + operation), body, headers));
  }

  String get(String path) throws Exception {
    return http.text(Http.get(Http.local(gateway.port(), path))).body();
  }

  /** What the stream's frames are: events by type, exceptions with an exclamation mark. */
  static List<String> events(HttpResponse<byte[]> answer) {
    return messages(answer).stream()
        .map(
            message ->
                value(message, ":message-type").equals("exception")
                    ? "!" + value(message, ":exception-type")
                    : value(message, ":event-type"))
        .toList();
  }

  /** The payloads of chunks, decoded. */
  static List<String> chunks(HttpResponse<byte[]> answer) {
    List<String> chunks = new ArrayList<>();
    for (Message message : messages(answer)) {
      String payload = new String(message.getPayload(), StandardCharsets.UTF_8);
      int at = payload.indexOf("\"bytes\":\"");
      if (at >= 0) {
        String encoded = payload.substring(at + 9, payload.indexOf('"', at + 9));
        chunks.add(new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8));
      }
    }
    return chunks;
  }

  private static List<Message> messages(HttpResponse<byte[]> answer) {
    MessageDecoder decoder = new MessageDecoder();
    decoder.feed(ByteBuffer.wrap(answer.body()));
    return decoder.getDecodedMessages();
  }

  private static String value(Message message, String header) {
    HeaderValue value = message.getHeaders().get(header);
    return value == null ? "" : value.getString();
  }

  @Override
  public void close() {
    http.close();
    gateway.close().toCompletionStage().toCompletableFuture().join();
  }
}
