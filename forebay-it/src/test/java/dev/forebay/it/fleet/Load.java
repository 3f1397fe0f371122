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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Callers who come at a rate of their own at each member, whether or not earlier calls are
 * answered. All calls are alike.
 */
public final class Load {
  static final Duration DEADLINE = Duration.ofSeconds(3);

  /** Where no server listened, or the connection ended. */
  public static final int NO_ANSWER = 0;

  /** Tokens of each call's prompt, and the most of its answer. */
  public static final int INPUT_TOKENS = 40;

  public static final int OUTPUT_TOKENS = 100;

  private static final long TICK_MILLIS = 5;
  private static final int MOST_CONNECTIONS = 2_000;
  static final String PROMPT = "abc ".repeat(INPUT_TOKENS).trim();
  static final String BODY =
      """
      {"messages":[{"role":"user","content":[{"text":"%s"}]}],"inferenceConfig":{"maxTokens":%d}}
      """
          .formatted(PROMPT, OUTPUT_TOKENS);

  private final Ticker ticker = Ticker.system();
  private final HttpClient http;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Vertx vertx;
  private final long timer;
  private final double[] due;
  private volatile List<Integer> ports = List.of();
  private volatile double[] perSecond;
  private volatile String route = "chat";
  private volatile String operation = "converse";
  private long atNanos;

  /**
   * A call that is over.
   *
   * @param status the answer's, or {@link #NO_ANSWER}
   */
  public record Ended(int member, long beganNanos, long endedNanos, int status) {
    public boolean isAnswered() {
      return status == 200;
    }

    public Duration took() {
      return Duration.ofNanos(endedNanos - beganNanos);
    }
  }

  /**
   * Callers who do nothing yet.
   *
   * @param members how many gateways they call
   */
  public Load(Vertx vertx, int members) {
    this.vertx = vertx;
    this.due = new double[members];
    this.perSecond = new double[members];
    this.http =
        vertx
            .httpClientBuilder()
            // Given up long before the gateway does, which may close one as it is used again.
            .with(new HttpClientOptions().setKeepAlive(true).setKeepAliveTimeout(5))
            .with(new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS))
            // A gateway that is killed resets them, which the calls report.
            .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
            .build();
    this.atNanos = ticker.nanos();
    this.timer = vertx.setPeriodic(TICK_MILLIS, tick -> callWhatIsDue());
  }

  /** The members' ports; none is called before. */
  public void callAt(List<Integer> of) {
    ports = of;
  }

  /** The calls per second at each member from now on. */
  public void rates(double... calls) {
    perSecond = calls.clone();
  }

  /** The route that is called from now on. */
  public void route(String name) {
    route = name;
  }

  /** The operation that is called from now on, such as {@code converse-stream}. */
  public void operation(String name) {
    operation = name;
  }

  /** Calls a member once, beside those that come at a rate. */
  public void once(int member) {
    call(member, ticker.nanos());
  }

  public long nanos() {
    return ticker.nanos();
  }

  /** The calls that began in that time and have ended. */
  public List<Ended> began(long fromNanos, long untilNanos) {
    return all()
        .filter(call -> call.beganNanos - fromNanos >= 0 && call.beganNanos - untilNanos < 0)
        .toList();
  }

  /** How many calls ended with each status. */
  public Map<Integer, Long> statuses() {
    return all().collect(Collectors.groupingBy(Ended::status, TreeMap::new, Collectors.counting()));
  }

  /** How calls failed that got no answer, and how often. */
  public Map<String, Integer> failures() {
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

  private String path() {
    return "/model/" + route + "/" + operation;
  }

  private void call(int member, long began) {
    http.request(HttpMethod.POST, ports.get(member), "127.0.0.1", path())
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

  public void close() {
    vertx.cancelTimer(timer);
  }
}
