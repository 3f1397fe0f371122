package dev.forebay.gateway.http;

import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Ticker;
import dev.forebay.engine.MemoryBudget;
import dev.forebay.engine.http.GatheredBody;
import dev.forebay.engine.http.Refusals;
import dev.forebay.gateway.loop.TimerWheel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request's body to its end, within limits of bytes, of silence and of time. A body that is
 * too large is still read, and thrown away, up to a multiple of the limit: a client that is busy
 * sending would not see the answer otherwise.
 */
public final class BodyIntake {
  /** What Bedrock takes. */
  public static final int MAX_BODY_BYTES = 25_000_000;

  private static final long MAX_DISCARDED_BYTES = 4L * MAX_BODY_BYTES;

  /**
   * A sender that is silent this long in the middle of its body has disconnected or is an attack.
   */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(5);

  /** The largest body at 3.4 Mbit/s; a dripping sender gets no more. */
  private static final Duration MAX_TIME = Duration.ofMinutes(1);

  private static final Duration CHECK = Duration.ofSeconds(1);

  private static final MemoryBudget NOTHING = new MemoryBudget(0);

  private final TimerWheel timers;
  private final Ticker ticker;
  private final MemoryBudget budget;
  private final HttpServerRequest request;
  private final Consumer<byte[]> whole;
  private final Runnable abandoned;
  private final @Nullable ErrorInfo refusal;
  private final long announced;
  private final long startedNanos;
  private final GatheredBody body;
  private long received;
  private long lastNanos;
  private TimerWheel.@Nullable Limit limit;
  private boolean over;

  private BodyIntake(
      TimerWheel timers,
      Ticker ticker,
      MemoryBudget budget,
      HttpServerRequest request,
      Consumer<byte[]> whole,
      Runnable abandoned,
      @Nullable ErrorInfo refusal) {
    this.timers = timers;
    this.ticker = ticker;
    this.budget = budget;
    this.request = request;
    this.whole = whole;
    this.abandoned = abandoned;
    this.refusal = refusal;
    this.announced = announced(request);
    this.body = new GatheredBody(budget, announced);
    this.startedNanos = ticker.nanos();
    this.lastNanos = startedNanos;
  }

  /**
   * Hands the whole body on, or answers with the error by itself. The receiver of the body gives
   * its length back to the budget.
   */
  public static void read(
      TimerWheel timers,
      Ticker ticker,
      MemoryBudget budget,
      HttpServerRequest request,
      Consumer<byte[]> whole,
      Runnable abandoned) {
    new BodyIntake(timers, ticker, budget, request, whole, abandoned, null).start();
  }

  /**
   * Answers a request that is refused whatever its body is, when that has come: it is thrown away
   * as it comes. A client that sends {@code Expect: 100-continue} is answered at once.
   *
   * @param answered runs when the answer is out
   */
  public static void discard(
      TimerWheel timers,
      Ticker ticker,
      HttpServerRequest request,
      ErrorInfo refusal,
      Runnable answered) {
    new BodyIntake(timers, ticker, NOTHING, request, body -> {}, answered, refusal).start();
  }

  /** Answers a request at once whose body may never end. */
  public static void refuseAtOnce(
      TimerWheel timers, Ticker ticker, HttpServerRequest request, ErrorInfo refusal) {
    BodyIntake intake =
        new BodyIntake(timers, ticker, NOTHING, request, body -> {}, () -> {}, refusal);
    intake.start();
    intake.refuse(refusal);
  }

  private void start() {
    limit = timers.after(CHECK.toMillis(), this::checkTime);
    request.handler(this::chunk);
    request.endHandler(end -> end());
    request.exceptionHandler(
        broken -> {
          if (!over) {
            giveUp();
            abandoned.run();
          }
        });
    boolean asks = "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    if (refusal != null && (asks || announced > MAX_BODY_BYTES)) {
      refuse(refusal);
    } else if (announced > MAX_DISCARDED_BYTES) {
      refuse(tooLarge());
    } else if (asks) {
      request.response().writeContinue();
    }
  }

  private void chunk(Buffer bytes) {
    if (over) {
      return;
    }
    received += bytes.length();
    lastNanos = ticker.nanos();
    if (refusal != null) {
      if (received > MAX_BODY_BYTES) {
        refuse(refusal);
      }
    } else if (received > MAX_DISCARDED_BYTES) {
      refuse(tooLarge());
    } else if (received > MAX_BODY_BYTES || announced > MAX_BODY_BYTES) {
      dropBody();
    } else if (!body.add(Bytes.view(bytes))) {
      budget.refuse();
      refuse(Refusals.NO_ROOM);
    }
  }

  private void end() {
    if (over) {
      return;
    }
    stop();
    if (refusal != null || received > MAX_BODY_BYTES) {
      ErrorResponses.send(request.response(), refusal == null ? tooLarge() : refusal)
          .onComplete(sent -> abandoned.run());
    } else {
      byte[] all = body.bytes();
      long unused = body.handOver();
      whole.accept(all);
    }
  }

  private void checkTime() {
    long now = ticker.nanos();
    if (now - lastNanos > MAX_SILENCE.toNanos() || now - startedNanos > MAX_TIME.toNanos()) {
      refuse(
          new ErrorInfo(
              408,
              "RequestTimeoutException",
              "The request's body did not arrive in time: %,d bytes came.".formatted(received)));
    } else {
      limit = timers.after(CHECK.toMillis(), this::checkTime);
    }
  }

  /**
   * Answers before the body has come. What follows of it is unwanted: on HTTP/1.1 the connection
   * ends, on HTTP/2 only this stream does.
   */
  private void refuse(ErrorInfo error) {
    if (over) {
      return;
    }
    giveUp();
    if (request.connection().protocolVersion() == HttpVersion.HTTP_2) {
      ErrorResponses.send(request.response(), error)
          .onComplete(
              sent -> {
                request.response().reset(0);
                abandoned.run();
              });
    } else {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      ErrorResponses.send(request.response(), error)
          .onComplete(
              sent -> {
                request.connection().close();
                abandoned.run();
              });
    }
  }

  private void giveUp() {
    if (!over) {
      stop();
      dropBody();
    }
  }

  private void dropBody() {
    body.release();
  }

  private void stop() {
    over = true;
    if (limit != null) {
      limit.cancel();
    }
  }

  /** What the head says; nothing if that is no number, which the frames will show by themselves. */
  private static long announced(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static ErrorInfo tooLarge() {
    return new ErrorInfo(
        400,
        "ValidationException",
        "The request's body is larger than %,d bytes.".formatted(MAX_BODY_BYTES));
  }
}
