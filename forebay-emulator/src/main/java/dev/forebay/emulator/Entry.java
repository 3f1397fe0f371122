package dev.forebay.emulator;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request in the log; its counters move as it goes on. */
final class Entry {
  private static final String IN_FLIGHT = "inFlight";

  private final List<RunningCounts> tallies;
  private final long sequence;
  private final Duration arrived;
  private final Call call;
  private final List<String> headers;
  private final Credential credential;
  private final @Nullable String sdkRequest;
  private final String httpVersion;
  private @Nullable Integer status;
  private String outcome = IN_FLIGHT;
  private @Nullable Long maxTokens;
  private @Nullable Duration clientLeft;
  private boolean streaming;
  private boolean closed;

  Entry(
      List<RunningCounts> tallies,
      long sequence,
      Duration arrived,
      Call call,
      HttpServerRequest request) {
    this.tallies = tallies;
    this.sequence = sequence;
    this.arrived = arrived;
    this.call = call;
    this.headers = request.headers().names().stream().sorted().toList();
    this.credential = Credential.of(request.getHeader("Authorization"));
    this.sdkRequest = request.getHeader("amz-sdk-request");
    this.httpVersion = request.version() == HttpVersion.HTTP_2 ? "HTTP/2" : "HTTP/1.1";
    count(tally -> tally.arrived++);
    count(tally -> tally.inFlight++);
  }

  /** The service has decided what this request gets. */
  void decided(PlannedAnswer reply) {
    maxTokens = reply.maxTokens();
    if (reply.byQuota()) {
      count(tally -> tally.throttledByQuota++);
    }
    reply.grant().ifPresent(grant -> count(t -> t.tokensIn += grant.answer().inputTokens()));
  }

  void sent(int sentStatus, boolean stream) {
    status = sentStatus;
    if (stream) {
      streaming = true;
      count(tally -> tally.streamsBegun++);
    }
  }

  void said(int tokens) {
    count(tally -> tally.tokensOut += tokens);
  }

  /** The script is played; a silent one leaves the request in flight until its client goes. */
  void played(String result, boolean silent) {
    outcome = result;
    if (result.equals(Script.OK)) {
      count(tally -> tally.ok++);
      if (streaming) {
        count(tally -> tally.streamsCompleted++);
      }
    } else {
      count(tally -> tally.failed(result));
    }
    if (!silent) {
      close();
    }
  }

  /** The client closed the connection or reset the stream before the end. */
  void left(Duration now) {
    clientLeft = now;
    if (outcome.equals(IN_FLIGHT)) {
      outcome = "clientLeft";
    }
    if (streaming) {
      count(tally -> tally.streamsAborted++);
    }
    close();
  }

  RequestRecord snapshot() {
    return new RequestRecord(
        sequence,
        arrived.toMillis(),
        call.model().asked(),
        call.operation().key(),
        status,
        outcome,
        maxTokens,
        headers,
        credential.scheme(),
        credential.accessKeyId(),
        credential.region(),
        sdkRequest,
        httpVersion,
        clientLeft == null ? null : clientLeft.toMillis());
  }

  private void close() {
    if (!closed) {
      closed = true;
      count(tally -> tally.inFlight--);
    }
  }

  private void count(Consumer<RunningCounts> change) {
    tallies.forEach(change);
  }
}
