package dev.forebay.engine.reuse;

import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestDigest;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.reuse.AnswerCache.Kept;
import dev.forebay.engine.route.ModelRequest;
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
  private record CallKey(String request, Operation operation) {}

  private final AnswerCache cache;
  private final ConcurrentMap<CallKey, CoalescedCall> underWay = new ConcurrentHashMap<>();

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
    CallKey key = key(call);
    if (key == null || (directives.noCache() && directives.noStore())) {
      calls.begin(call, new DegradedAnswers(Optional::empty, canned)).start();
      return;
    }
    Kept kept = directives.noCache() ? null : cache.find(key.request(), key.operation());
    DegradedAnswers degradedAnswers =
        new DegradedAnswers(directives.noCache() ? Optional::empty : () -> stale(key), canned);
    long now = cache.now();
    if (kept != null && kept.isFresh(now)) {
      calls.give(call, kept.answer().again(kept.age(now)));
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

  private static @Nullable CallKey key(PendingCall call) {
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
        .map(text -> new CallKey(text + '/' + edition, request.path().operation()))
        .orElse(null);
  }

  private Optional<Answer> stale(CallKey key) {
    return Optional.ofNullable(cache.find(key.request(), key.operation()))
        .map(kept -> kept.answer().again(kept.age(cache.now())));
  }

  /** Joins the call in progress, or begins one. */
  private void share(
      CallRegistry calls,
      PendingCall call,
      DegradedAnswers degradedAnswers,
      CallKey key,
      RouteConfig.Cache times) {
    while (true) {
      CoalescedCall fresh =
          new CoalescedCall(new CacheWriter(key, call, times), cache.maxEntryBytes());
      CoalescedCall coalesced = underWay.computeIfAbsent(key, absent -> fresh);
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
      underWay.remove(key, coalesced);
    }
  }

  /** Makes the call for the cache alone, unless it is being made already. */
  private void revalidate(
      CallRegistry calls,
      PendingCall again,
      DegradedAnswers degradedAnswers,
      CallKey key,
      RouteConfig.Cache times) {
    CoalescedCall coalesced =
        new CoalescedCall(new CacheWriter(key, again, times), cache.maxEntryBytes());
    if (underWay.putIfAbsent(key, coalesced) == null) {
      ResponseSink writer = coalesced.writer(calls.loop());
      calls.begin(again.answeredTo(writer, again.whenOver()), degradedAnswers).start();
    } else {
      again.whenOver().run();
    }
  }

  private final class CacheWriter extends AnswerKeeper {
    private final CallKey key;
    private final RouteConfig.Cache times;
    private final long begunNanos = cache.now();

    CacheWriter(CallKey key, PendingCall call, RouteConfig.Cache times) {
      super(call);
      this.key = key;
      this.times = times;
    }

    @Override
    public void closed(CoalescedCall coalesced) {
      underWay.remove(key, coalesced);
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
