package dev.forebay.engine.reuse;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestDigest;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.Headers;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.http.HeaderRules;
import dev.forebay.engine.reuse.AnswerCache.Kept;
import dev.forebay.engine.route.ModelRequest;
import dev.forebay.engine.upstream.AnswerForm;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives one answer to many: kept ones to later callers, and the one that is being made to all who
 * ask for the same meanwhile. For routes that opted in. Thread-safe.
 */
public final class ResponseCacheFilter {
  /** Calls in different forms are made apart, as their answers come differently. */
  private record FlightKey(String request, Operation operation) {}

  private final AnswerCache cache;
  private final ConcurrentMap<FlightKey, CoalescedCall> flights = new ConcurrentHashMap<>();

  public ResponseCacheFilter(AnswerCache cache) {
    this.cache = cache;
  }

  /**
   * Answers a call from what is kept, or makes it, for others as well.
   *
   * @param canned the route's own words, for when there is nothing else
   */
  public void accept(
      CallRegistry calls,
      PendingCall call,
      RouteConfig.Cache times,
      Supplier<Optional<Answer>> canned,
      RandomGenerator random) {
    CacheDirectives directives = CacheDirectives.of(call.request().headers());
    FlightKey key = key(call);
    if (key == null || (directives.noCache() && directives.noStore())) {
      calls.begin(call, new DegradedAnswers(Optional::empty, canned)).start();
      return;
    }
    Kept kept = directives.noCache() ? null : cache.find(key.request(), key.operation());
    DegradedAnswers degradedAnswers =
        new DegradedAnswers(directives.noCache() ? Optional::empty : () -> stale(key), canned);
    long now = cache.now();
    if (kept != null && kept.isFresh(now)) {
      calls.give(call, handOut(kept, now));
      if (!directives.noStore() && kept.isDue(now, random)) {
        calls
            .repeat(call)
            .ifPresent(again -> revalidate(calls, again, degradedAnswers, key, times));
      }
    } else if (directives.noStore()) {
      calls.begin(call, degradedAnswers).start();
    } else {
      share(calls, call, degradedAnswers, key, times);
    }
  }

  private static @Nullable FlightKey key(PendingCall call) {
    ModelRequest request = call.request();
    String route = call.journey().route().name();
    Optional<String> digest =
        RequestDigest.of(
            call.journey().call().tenant().name(),
            request.path(),
            request.headers(),
            call.snapshot().forwardedHeaders(route),
            request.body());
    int edition = call.snapshot().edition(route);
    return digest
        .map(text -> new FlightKey(text + '/' + edition, request.path().operation()))
        .orElse(null);
  }

  /** The family in whose form the answer is. */
  static ModelFamily family(PendingCall call) {
    return call.snapshot()
        .routes()
        .find(call.request().path())
        .map(route -> route.asked().family())
        .orElse(ModelFamily.UNKNOWN);
  }

  private Optional<Answer> stale(FlightKey key) {
    return Optional.ofNullable(cache.find(key.request(), key.operation()))
        .map(kept -> handOut(kept, cache.now()));
  }

  private static Answer handOut(Kept kept, long nowNanos) {
    Duration age = kept.age(nowNanos);
    return kept.answer()
        .with(
            new Headers()
                .set(HeaderRules.AGE, Long.toString(age.toSeconds()))
                .set(HeaderRules.ATTEMPTS, "0"));
  }

  /** Joins the flight that is under way, or begins one. */
  private void share(
      CallRegistry calls,
      PendingCall call,
      DegradedAnswers degradedAnswers,
      FlightKey key,
      RouteConfig.Cache times) {
    while (true) {
      CoalescedCall fresh =
          new CoalescedCall(new CacheWriter(key, family(call), times), cache.maxEntryBytes());
      CoalescedCall coalesced = flights.computeIfAbsent(key, absent -> fresh);
      boolean leads = coalesced.equals(fresh);
      CoalescedReader reader = new CoalescedReader(calls, call, degradedAnswers, coalesced, leads);
      if (coalesced.join(reader, leads)) {
        reader.start();
        if (leads) {
          ResponseSink writer = coalesced.writer(calls.loop());
          calls.begin(call.answeredTo(writer, () -> {}), degradedAnswers).start();
        }
        return;
      }
      flights.remove(key, coalesced);
    }
  }

  /** Makes the call for the cache alone, unless it is being made already. */
  private void revalidate(
      CallRegistry calls,
      PendingCall again,
      DegradedAnswers degradedAnswers,
      FlightKey key,
      RouteConfig.Cache times) {
    CoalescedCall coalesced =
        new CoalescedCall(new CacheWriter(key, family(again), times), cache.maxEntryBytes());
    if (flights.putIfAbsent(key, coalesced) == null) {
      ResponseSink writer = coalesced.writer(calls.loop());
      calls.begin(again.answeredTo(writer, again.whenOver()), degradedAnswers).start();
    } else {
      again.whenOver().run();
    }
  }

  /** Keeps what a flight brings. */
  private final class CacheWriter implements CoalescedCall.Owner {
    private final FlightKey key;
    private final ModelFamily family;
    private final RouteConfig.Cache times;
    private final long begunNanos = cache.now();

    CacheWriter(FlightKey key, ModelFamily family, RouteConfig.Cache times) {
      this.key = key;
      this.family = family;
      this.times = times;
    }

    @Override
    public boolean isComplete(Answer answer) {
      return AnswerForm.isWhole(key.operation(), family, answer.headers(), answer.body());
    }

    @Override
    public void closed(CoalescedCall coalesced) {
      flights.remove(key, coalesced);
    }

    @Override
    public void answered(CoalescedCall coalesced, Answer answer, Source source) {
      if (source == Source.PRIMARY && answer.body().length <= cache.maxEntryBytes()) {
        long now = cache.now();
        cache.keep(key.request(), new Kept(answer, key.operation(), now, now - begunNanos, times));
      }
    }
  }
}
