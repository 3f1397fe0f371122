package dev.forebay.benchmarks.process;

import dev.forebay.core.Ticker;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Opens streams at an even rate, reads each to its end, and says in a line of JSON how long the
 * first bytes took, the longest silence in the middle, and how many came to their end. {@code
 * StreamLoad PORT PATH BODY-FILE STREAMS PER-SECOND [HEADER:VALUE ...]}.
 */
public final class StreamLoad {
  /** The model's last word, in Bedrock's form and in OpenAI's. */
  private static final List<String> LAST_WORDS = List.of("end_turn", "\"finish_reason\":\"stop\"");

  /** The first fifth warms this process up, and its times are not counted. */
  private static final int WARM_UP_SHARE = 5;

  private final Ticker ticker = Ticker.system();
  private final Vertx vertx;
  private final HttpClient client;
  private final int port;
  private final String path;
  private final Buffer body;
  private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
  private final long[] firstNanos;
  private final double perSecond;
  private long startedNanos;
  private int opened;
  private int answered;
  private int complete;
  private int over;
  private int open;
  private int mostOpen;
  private long longestSilence;

  private StreamLoad(String[] arguments) throws IOException {
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    this.port = Integer.parseInt(arguments[0]);
    this.path = arguments[1];
    this.body = Buffer.buffer(Files.readAllBytes(Path.of(arguments[2])));
    this.firstNanos = new long[Integer.parseInt(arguments[3])];
    this.perSecond = Double.parseDouble(arguments[4]);
    for (String header : Arrays.asList(arguments).subList(5, arguments.length)) {
      int colon = header.indexOf(':');
      headers.add(header.substring(0, colon), header.substring(colon + 1));
    }
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setTcpNoDelay(true).setKeepAlive(true),
            new PoolOptions().setHttp1MaxSize(firstNanos.length).setMaxWaitQueueSize(-1));
  }

  /** Runs the load and prints what came of it. */
  public static void main(String[] arguments) throws IOException {
    StreamLoad load = new StreamLoad(arguments);
    load.vertx.runOnContext(run -> load.start());
  }

  private void start() {
    startedNanos = ticker.nanos();
    vertx.setPeriodic(1, timer -> openDue(timer));
  }

  private void openDue(long timer) {
    double due = (ticker.nanos() - startedNanos) / 1e9 * perSecond;
    while (opened < firstNanos.length && opened < due) {
      opened++;
      openOne();
    }
    if (opened == firstNanos.length) {
      vertx.cancelTimer(timer);
    }
  }

  private void openOne() {
    open++;
    mostOpen = Math.max(mostOpen, open);
    long began = ticker.nanos();
    client
        .request(HttpMethod.POST, port, "127.0.0.1", path)
        .onFailure(failed -> ended(false))
        .onSuccess(request -> send(request, began));
  }

  private void send(HttpClientRequest request, long began) {
    request.headers().addAll(headers);
    request
        .response()
        .onFailure(failed -> ended(false))
        .onSuccess(response -> new Stream(began).read(response));
    request.end(body);
  }

  private void ended(boolean whole) {
    over++;
    open--;
    complete += whole ? 1 : 0;
    if (over == firstNanos.length) {
      report();
      vertx.close();
    }
  }

  private void report() {
    long[] sorted = Arrays.copyOfRange(firstNanos, answered / WARM_UP_SHARE, answered);
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "{\"streams\": %d, \"complete\": %d, \"mostOpen\": %d, \"p50Ms\": %.3f, \"p90Ms\": %.3f,"
            + " \"p99Ms\": %.3f, \"maxMs\": %.3f, \"longestSilenceMs\": %.0f}%n",
        firstNanos.length,
        complete,
        mostOpen,
        quantile(sorted, 0.5),
        quantile(sorted, 0.9),
        quantile(sorted, 0.99),
        quantile(sorted, 1),
        longestSilence / 1e6);
  }

  private static double quantile(long[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
  }

  /** One answer as it comes. */
  private final class Stream {
    private final long began;
    private long lastNanos;
    private boolean begun;
    private boolean finalSeen;

    Stream(long began) {
      this.began = began;
    }

    void read(HttpClientResponse response) {
      response.handler(this::bytes);
      response.exceptionHandler(broken -> ended(false));
      response.endHandler(end -> ended(finalSeen && response.statusCode() == 200));
    }

    private void bytes(Buffer bytes) {
      long now = ticker.nanos();
      if (begun) {
        longestSilence = Math.max(longestSilence, now - lastNanos);
      } else {
        begun = true;
        firstNanos[answered++] = now - began;
      }
      lastNanos = now;
      finalSeen |= holdsLastWord(bytes);
    }

    /** Each frame, and so the last word, comes in one piece: it is a write of its own. */
    private boolean holdsLastWord(Buffer bytes) {
      String text = bytes.toString(StandardCharsets.ISO_8859_1);
      return LAST_WORDS.stream().anyMatch(text::contains);
    }
  }
}
