package dev.forebay.engine.reuse;

import dev.forebay.bedrock.RequestDigest;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.SharedAnswers.Search;
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
import org.jspecify.annotations.Nullable;

/**
 * Gives all direct calls of one caller with the same {@code Idempotency-Key} the same answer: those
 * that come while it is made read it as it comes, later ones get it again. After an error or a
 * degraded answer, or when all callers have left, the next call is made anew. In the memory of this
 * process, and for routes that opted in among all that share answers. Thread-safe.
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
  private sealed interface Lookup {
    /** The answer to the same request. */
    record Again(Kept kept) implements Lookup {}

    /**
     * One of the readers of the answer that is being made.
     *
     * @param first keeps the answer that the first of them has to bring; null for the others
     */
    record Among(CoalescedReader reader, CoalescedCall coalesced, @Nullable AnswerWriter first)
        implements Lookup {}

    /** None: the key belongs to another request. */
    record Taken() implements Lookup {}
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
   * @param sender makes the call, if this is the first one
   * @param shared in which keys count for several processes; null if they do not
   */
  public void accept(
      CallRegistry calls,
      PendingCall call,
      String key,
      DegradedAnswers degradedAnswers,
      CallSender sender,
      @Nullable SharedAnswers shared) {
    CallerKey name = new CallerKey(call.journey().call().tenant().name(), key);
    String request = fingerprint(call);
    switch (found(name, request, calls, call, degradedAnswers, shared == null)) {
      case Lookup.Taken taken -> refuse(call);
      case Lookup.Again again ->
          calls.give(call, again.kept().answer().again(again.kept().age(ticker.nanos())));
      case Lookup.Among among -> {
        among.reader().start();
        AnswerWriter first = among.first();
        if (first != null && shared != null) {
          SharedLookup.begin(
              shared,
              name.place(request),
              Search.ONCE,
              calls,
              among.coalesced(),
              first,
              sender,
              REUSED);
        } else if (first != null) {
          ResponseSink writer = among.coalesced().writer(calls.loop());
          sender.send(calls, call.answeredTo(writer, () -> {}), degradedAnswers);
        }
      }
    }
  }

  /**
   * What there is for a call, which is under way from now on if there was nothing.
   *
   * @param leads whether the first caller's call is made, and not looked for elsewhere before
   */
  private synchronized Lookup found(
      CallerKey key,
      String request,
      CallRegistry calls,
      PendingCall call,
      DegradedAnswers degradedAnswers,
      boolean leads) {
    Kept kept = answers.find(key, ticker.nanos());
    if (kept != null) {
      return kept.request().equals(request) ? new Lookup.Again(kept) : new Lookup.Taken();
    }
    Made made = underWay.get(key);
    if (made != null) {
      if (!made.request().equals(request)) {
        return new Lookup.Taken();
      }
      CoalescedReader reader =
          new CoalescedReader(calls, call, degradedAnswers, made.coalesced(), false);
      if (made.coalesced().join(reader, false)) {
        return new Lookup.Among(reader, made.coalesced(), null);
      }
    }
    boolean keeps = !CacheDirectives.of(call.request().headers()).noStore();
    AnswerWriter writer = new AnswerWriter(key, request, keeps, call);
    CoalescedCall fresh = new CoalescedCall(writer, answers.maxEntryBytes());
    CoalescedReader first = new CoalescedReader(calls, call, degradedAnswers, fresh, leads);
    fresh.join(first, leads);
    underWay.put(key, new Made(request, fresh));
    return new Lookup.Among(first, fresh, writer);
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

  private final class AnswerWriter extends AnswerRecorder {
    private final CallerKey key;
    private final String request;
    private final boolean keeps;
    private final long begunNanos = ticker.nanos();

    /** How old the answer was when it came. */
    private volatile long ageNanos;

    AnswerWriter(CallerKey key, String request, boolean keeps, PendingCall call) {
      super(call);
      this.key = key;
      this.request = request;
      this.keeps = keeps;
    }

    @Override
    public void closed(CoalescedCall coalesced) {
      IdempotencyFilter.this.closed(key, coalesced);
      release();
    }

    @Override
    boolean found(AnswerBytes.Read read, Duration age) {
      ageNanos = age.toNanos();
      return true;
    }

    @Override
    public void answered(CoalescedCall coalesced, Answer answer, Source source) {
      boolean isReal =
          switch (source) {
            case PRIMARY, FALLBACK, CACHED -> true;
            case STALE, CANNED -> false;
          };
      if (keeps && isReal) {
        long now = ticker.nanos();
        keep(key, new Kept(request, answer, now - ageNanos));
        share(answer, now - begunNanos, IdempotentAnswers.KEPT_FOR);
      }
    }
  }
}
