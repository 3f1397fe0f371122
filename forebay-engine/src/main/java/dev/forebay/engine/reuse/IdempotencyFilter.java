package dev.forebay.engine.reuse;

import dev.forebay.bedrock.RequestDigest;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.Step.Source;
import dev.forebay.core.Ticker;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.http.Refusals;
import dev.forebay.engine.reuse.IdempotentAnswers.CallerKey;
import dev.forebay.engine.reuse.IdempotentAnswers.Kept;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.sigv4.Digests;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gives all direct calls of one caller with the same {@code Idempotency-Key} the same answer: those
 * that come while it is made read it as it comes, later ones get it again. After an error or a
 * degraded answer, or when all callers have left, the next call is made anew. In the memory of this
 * process. Thread-safe.
 */
public final class IdempotencyFilter {
  /** The share of the heap, beside that of {@link AnswerCache}. */
  private static final int HEAP_SHARE = 16;

  private static final ErrorInfo REUSED =
      new ErrorInfo(
          409,
          "ConflictException",
          "The Idempotency-Key was used for a different request; send a new key with a new"
              + " request.");

  private record Made(String request, CoalescedCall coalesced) {}

  /** What there is for a call. */
  private sealed interface Place {
    /** The answer to the same request. */
    record Again(Kept kept) implements Place {}

    /** One of those who read the answer that is being made. */
    record Among(CoalescedReader reader, CoalescedCall coalesced, boolean leads) implements Place {}

    /** None: the key belongs to another request. */
    record Taken() implements Place {}
  }

  private final Ticker ticker;
  private final IdempotentAnswers answers;
  private final Map<CallerKey, Made> underWay = new HashMap<>();

  private IdempotencyFilter(Ticker ticker, IdempotentAnswers answers) {
    this.ticker = ticker;
    this.answers = answers;
  }

  /** As many answers as this process has room for. */
  public static IdempotencyFilter ofHeap(Ticker ticker) {
    return new IdempotencyFilter(
        ticker, new IdempotentAnswers(Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  /**
   * Answers a call from what is kept or being made for its key, or has it made.
   *
   * @param degradedAnswers for a caller whose time is up before the others'
   * @param maker makes the call, if this is the first one
   */
  public void accept(
      CallRegistry calls,
      PendingCall call,
      String key,
      DegradedAnswers degradedAnswers,
      Consumer<PendingCall> maker) {
    CallerKey name = new CallerKey(call.journey().call().tenant().name(), key);
    switch (place(name, fingerprint(call), calls, call, degradedAnswers)) {
      case Place.Taken taken -> refuse(call);
      case Place.Again again ->
          calls.give(call, again.kept().answer().again(again.kept().age(ticker.nanos())));
      case Place.Among among -> {
        among.reader().start();
        if (among.leads()) {
          ResponseSink writer = among.coalesced().writer(calls.loop());
          maker.accept(call.answeredTo(writer, () -> {}));
        }
      }
    }
  }

  private synchronized Place place(
      CallerKey key,
      String request,
      CallRegistry calls,
      PendingCall call,
      DegradedAnswers degradedAnswers) {
    Kept kept = answers.find(key, ticker.nanos());
    if (kept != null) {
      return kept.request().equals(request) ? new Place.Again(kept) : new Place.Taken();
    }
    Made made = underWay.get(key);
    if (made != null) {
      if (!made.request().equals(request)) {
        return new Place.Taken();
      }
      CoalescedReader reader =
          new CoalescedReader(calls, call, degradedAnswers, made.coalesced(), false);
      if (made.coalesced().join(reader, false)) {
        return new Place.Among(reader, made.coalesced(), false);
      }
    }
    boolean keeps = !CacheDirectives.of(call.request().headers()).noStore();
    CoalescedCall fresh =
        new CoalescedCall(new AnswerWriter(key, request, keeps, call), answers.maxEntryBytes());
    CoalescedReader leader = new CoalescedReader(calls, call, degradedAnswers, fresh, true);
    fresh.join(leader, true);
    underWay.put(key, new Made(request, fresh));
    return new Place.Among(leader, fresh, true);
  }

  private void refuse(PendingCall call) {
    call.journey().refused(REUSED, "its Idempotency-Key is another request's", ticker.nanos());
    call.sink().whole(Refusals.reply(REUSED, Duration.ZERO), null, call.whenOver());
  }

  /** Equal for requests that mean the same to a model and want their answer in the same form. */
  private static String fingerprint(PendingCall call) {
    ModelRequest request = call.request();
    byte[] body = request.body();
    String tenant = call.journey().call().tenant().name();
    // Without forwarded headers: one that differs in each try does not make another request.
    return RequestDigest.of(tenant, request.path(), request.headers(), Set.of(), body)
        .orElseGet(() -> request.path().modelId() + '/' + Digests.sha256(body))
        .concat("/" + request.path().operation().suffix());
  }

  private synchronized void keep(CallerKey key, Kept kept) {
    answers.keep(key, kept);
  }

  private synchronized void closed(CallerKey key, CoalescedCall coalesced) {
    underWay.computeIfPresent(
        key, (same, made) -> made.coalesced().equals(coalesced) ? null : made);
  }

  /** How many answers are kept, and their bytes. */
  public synchronized Map<String, Long> load() {
    return answers.load();
  }

  private final class AnswerWriter extends AnswerKeeper {
    private final CallerKey key;
    private final String request;
    private final boolean keeps;

    AnswerWriter(CallerKey key, String request, boolean keeps, PendingCall call) {
      super(call);
      this.key = key;
      this.request = request;
      this.keeps = keeps;
    }

    @Override
    public void closed(CoalescedCall coalesced) {
      IdempotencyFilter.this.closed(key, coalesced);
    }

    @Override
    public void answered(CoalescedCall coalesced, Answer answer, Source source) {
      boolean isReal =
          switch (source) {
            case PRIMARY, FALLBACK, CACHED -> true;
            case STALE, CANNED -> false;
          };
      if (keeps && isReal) {
        keep(key, new Kept(request, answer, ticker.nanos()));
      }
    }
  }
}
