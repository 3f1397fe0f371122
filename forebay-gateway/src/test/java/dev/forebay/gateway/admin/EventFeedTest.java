package dev.forebay.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.config.ConfigFile;
import dev.forebay.config.GatewayConfig;
import dev.forebay.core.journey.Journeys;
import dev.forebay.gateway.live.GatewayReading;
import dev.forebay.gateway.live.LiveView;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Viewers who read, and viewers who do not. */
class EventFeedTest {
  private final GatewayConfig config =
      ConfigFile.parse(
          """
          targets: { one: { region: us-east-1, model: amazon.nova-lite-v1:0 } }
          routes: { amazon.nova-lite-v1:0: { tiers: [[one]] } }
          """,
          "feed.yaml",
          Map.of());
  private final LiveView view =
      new LiveView(
          () -> config, new Journeys(), () -> 1, () -> Instant.EPOCH, () -> GatewayReading.IDLE);
  private int made;
  private final EventFeed feed =
      new EventFeed(
          view,
          () -> {
            made++;
            return new JsonObject();
          });

  @Test
  void allViewersGetTheOneMessage() {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      connections.add(new Connection());
      assertThat(feed.open(connections.get(i).request())).isTrue();
    }
    feed.publish(false, false);
    feed.publish(true, false);
    assertThat(made).isEqualTo(2);
    for (Connection connection : connections) {
      assertThat(connection.events()).containsExactly("full", "now");
    }
    feed.publish(false, false);
    assertThat(made).isEqualTo(2);
  }

  @Test
  void aViewerThatDidNotReadForAWhileGetsAllAgain() {
    Connection slow = new Connection();
    feed.open(slow.request());
    feed.publish(true, false);
    slow.full = true;
    feed.publish(true, false);
    feed.publish(true, false);
    slow.full = false;
    feed.publish(false, true);
    feed.publish(true, false);
    feed.publish(true, false);

    assertThat(slow.events()).containsExactly("full", "full", "now");
  }

  @Test
  void aViewerThatDoesNotReadIsDisconnectedAndMakesRoom() {
    Connection stuck = new Connection();
    stuck.full = true;
    feed.open(stuck.request());
    for (int second = 0; second < 20; second++) {
      feed.publish(true, false);
    }
    assertThat(stuck.reset).isTrue();
    assertThat(stuck.written).isEmpty();
    assertThat(feed.viewers()).isZero();
  }

  @Test
  void aConnectionThatHasClosedIsForgotten() {
    Connection gone = new Connection();
    feed.open(gone.request());
    gone.closed = true;
    feed.publish(true, false);
    assertThat(feed.viewers()).isZero();
  }

  /** As much of a response as the feed uses. */
  private static final class Connection {
    private final List<String> written = new ArrayList<>();
    private boolean full;
    private boolean closed;
    private boolean reset;

    List<String> events() {
      return written.stream()
          .map(message -> message.substring("event: ".length(), message.indexOf('\n')))
          .toList();
    }

    HttpServerRequest request() {
      HttpServerResponse response =
          stub(
              HttpServerResponse.class,
              (name, arguments) ->
                  switch (name) {
                    case "closed" -> closed;
                    case "ended" -> false;
                    case "writeQueueFull" -> full;
                    case "reset" -> {
                      reset = true;
                      yield null;
                    }
                    case "write" -> {
                      written.add(((Buffer) arguments[0]).toString());
                      yield null;
                    }
                    default -> null;
                  });
      return stub(
          HttpServerRequest.class, (name, none) -> name.equals("response") ? response : null);
    }

    private interface Answers {
      @Nullable Object to(String method, Object[] arguments);
    }

    /** A method without an answer returns the stub itself where it can, as fluent ones do. */
    private static <T> T stub(Class<T> type, Answers answers) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (self, method, arguments) -> {
                Object answer =
                    answers.to(method.getName(), arguments == null ? new Object[0] : arguments);
                return answer == null && method.getReturnType().isInstance(self) ? self : answer;
              }));
    }
  }
}
