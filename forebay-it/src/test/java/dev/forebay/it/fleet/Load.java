package dev.forebay.it.fleet;

import dev.forebay.core.Ticker;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Callers who come at a rate of their own at each member, whether or not earlier calls are
 * answered. All calls are alike.
 */
final class Load {
  static final Duration DEADLINE = Duration.ofSeconds(3);

  /** Where nobody listened, or the connection ended. */
  static final int NO_ANSWER = 0;

  private static final long TICK_MILLIS = 5;
  private static final int MOST_CONNECTIONS = 2_000;
  private static final String BODY =
      """
      {"messages":[{"role":"user","content":[{"text":"%s"}]}],"inferenceConfig":{"maxTokens":100}}
      """
          .formatted("abc ".repeat(40).trim());

  private final Ticker ticker = Ticker.system();
  private final HttpClient http;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Vertx vertx;
  private final long timer;
  private final double[] due = new double[Rig.MEMBERS];
  private volatile List<Integer> ports = List.of();
  private volatile double[] perSecond = new double[Rig.MEMBERS];
  private volatile String route = "chat";
  private long atNanos;

  /**
   * A call that is over.
   *
   * @param status the answer's, or {@link #NO_ANSWER}
   */
  record Ended(int member, long beganNanos, long endedNanos, int status) {
    Duration took() {
      return Duration.ofNanos(endedNanos - beganNanos);
    }
  }

  Load(Vertx vertx) {
    this.vertx = vertx;
    this.http =
        vertx
            .httpClientBuilder()
            // Given up long before the gateway does, which may close one as it is used again.
            .with(new HttpClientOptions().setKeepAlive(true).setKeepAliveTimeout(5))
            .with(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS))
            // A gateway that is killed resets them, which calls tell.
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
    this.atNanos = ticker.nanos();
    this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> callWhatIsDue());
  }

  void callAt(List<Integer> of) {
    ports = of;
  }

  /** The calls per second at each member from now on. */
  void rates(double... calls) {
    perSecond = calls.clone();
  }

  /** The route that is called from now on. */
  void route(String name) {
    route = name;
  }

  long nanos() {
    return ticker.nanos();
  }

  /** The calls that began in that time and have ended. */
  List<Ended> began(long fromNanos, long untilNanos) {
    return all()
        .filter(call -> call.beganNanos - fromNanos >= 0 && call.beganNanos - untilNanos < 0)
        .toList();
  }

  /** How calls failed that got no answer, and how often. */
  Map<String, Integer> failures() {
    return failures;
  }

  private Stream<Ended> all() {
    return new ArrayList<>(ended).stream();
  }

  private void callWhatIsDue() {
    long now = ticker.nanos();
    double seconds = (double) (now - atNanos) / TimeUnit.SECONDS.toNanos(1);
    atNanos = now;
    for (int member = 0; member < ports.size(); member++) {
      due[member] += perSecond[member] * seconds;
      for (; due[member] >= 1; due[member]--) {
        call(member, now);
      }
    }
  }

  private void call(int member, long began) {
    http.request(HttpMethod.POST, ports.get(member), "127.0.0.1", "/model/" + route + "/converse")
        .compose(request -> request.putHeader("content-type", "application/json").send(BODY))
        .compose(response -> response.body().map(body -> response))
        .map(HttpClientResponse::statusCode)
        .otherwise(
            failure -> {
              failures.merge(ports.get(member) + ": " + failure, 1, Integer::sum);
              return NO_ANSWER;
            })
        .onSuccess(status -> ended.add(new Ended(member, began, ticker.nanos(), status)));
  }

  void close() {
    vertx.cancelTimer(timer);
  }
}
