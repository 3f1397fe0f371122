package dev.forebay.engine.reuse;

import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestDigest;
import dev.forebay.config.RouteConfig;
import dev.forebay.config.RouteConfig.Sharing;
import dev.forebay.core.SharedAnswers;
import dev.forebay.core.SharedAnswers.Claim;
import dev.forebay.core.SharedAnswers.Place;
import dev.forebay.core.SharedAnswers.Search;
import dev.forebay.core.Step.Source;
import dev.forebay.engine.ResponseSink;
import dev.forebay.engine.call.Answer;
import dev.forebay.engine.call.CallRegistry;
import dev.forebay.engine.call.DegradedAnswers;
import dev.forebay.engine.call.PendingCall;
import dev.forebay.engine.reuse.AnswerCache.Kept;
import dev.forebay.engine.route.ModelRequest;
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
  /**
   * Calls in different forms are made apart, as their answers come differently.
   *
   * @param elsewhere where processes share the answer; null where they do not
   * @param isAnew whether it may not be looked for there
   */
  private record CallKey(
      String request, Operation operation, @Nullable Elsewhere elsewhere, boolean isAnew) {}

  /** Where processes share an answer. */
  private record Elsewhere(SharedAnswers answers, Place place) {}

  /** An answer of another process that is younger than the own one by less is the same one. */
  private static final Duration YOUNGER = Duration.ofSeconds(1);

  private final AnswerCache cache;
  private final ConcurrentMap<CallKey, CoalescedCall> underWay = new ConcurrentHashMap<>();

  public ResponseCacheFilter(AnswerCache cache) {
    this.cache = cache;
  }

  /**
   * Answers a call from what is kept, or makes it, for others as well.
   *
   * @param canned the route's own words, for when there is nothing else
   * @param shared what processes share; null for nothing
   */
  public void accept(
      CallRegistry calls,
      PendingCall call,
      RouteConfig.Cache times,
      Supplier<Optional<Answer>> canned,
      RandomGenerator random,
      @Nullable SharedAnswers shared) {
    CacheDirectives directives = CacheDirectives.of(call.request().headers());
    CallKey key = key(call, times.shared() == Sharing.NONE ? null : shared, directives.noCache());
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
        calls.repeat(call).ifPresent(again -> revalidate(calls, again, degradedAnswers, key, kept));
      }
    } else if (directives.noStore()) {
      calls.begin(call, degradedAnswers).start();
    } else {
      share(calls, call, degradedAnswers, key, times);
    }
  }

  private static @Nullable CallKey key(
      PendingCall call, @Nullable SharedAnswers shared, boolean noCache) {
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
        .map(
            text ->
                new CallKey(
                    text + '/' + edition,
                    request.path().operation(),
                    shared == null ? null : new Elsewhere(shared, place(text, call)),
                    shared != null && noCache))
        .orElse(null);
  }

  private static Place place(String request, PendingCall call) {
    String form = call.request().path().operation().suffix();
    String origin = call.snapshot().origin(call.journey().route().name());
    return new Place("cache\n" + request + '\n' + form + '\n' + origin, "");
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
      CacheWriter recorder = new CacheWriter(key, call, times);
      CoalescedCall fresh = new CoalescedCall(recorder, cache.maxEntryBytes());
      CoalescedCall coalesced = underWay.computeIfAbsent(key, absent -> fresh);
      boolean isFirst = coalesced.equals(fresh);
      Elsewhere elsewhere = isFirst && !key.isAnew() ? key.elsewhere() : null;
      boolean leads = isFirst && elsewhere == null;
      CoalescedReader reader = new CoalescedReader(calls, call, degradedAnswers, coalesced, leads);
      if (coalesced.join(reader, leads)) {
        reader.start();
        if (elsewhere != null) {
          SharedLookup.begin(
              elsewhere.answers(),
              elsewhere.place(),
              times.shared() == Sharing.CALLS ? Search.SHARE : Search.LOOK,
              calls,
              coalesced,
              recorder,
              CallSender.EXCHANGE,
              null);
        } else if (leads) {
          recorder.mayShare();
          ResponseSink writer = coalesced.writer(calls.loop());
          CallSender.EXCHANGE.send(calls, call.answeredTo(writer, () -> {}), degradedAnswers);
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
      Kept kept) {
    CacheWriter recorder = new CacheWriter(key, again, kept.times());
    CoalescedCall coalesced = new CoalescedCall(recorder, cache.maxEntryBytes());
    if (underWay.putIfAbsent(key, coalesced) != null) {
      again.whenOver().run();
      return;
    }
    PendingCall written = again.answeredTo(coalesced.writer(calls.loop()), again.whenOver());
    recorder.mayShare();
    Runnable make = () -> CallSender.EXCHANGE.send(calls, written, degradedAnswers);
    Elsewhere elsewhere = key.elsewhere();
    if (elsewhere == null) {
      make.run();
      return;
    }
    // Another process may have renewed it already.
    var unused =
        elsewhere
            .answers()
            .find(
                elsewhere.place(),
                Search.LOOK,
                new SharedAnswers.LookupCallback() {
                  @Override
                  public void found(byte[] bytes, Duration age) {
                    calls
                        .loop()
                        .execute(
                            () ->
                                AnswerBytes.read(bytes)
                                    .filter(
                                        read ->
                                            age.plus(YOUNGER).compareTo(kept.age(cache.now())) < 0
                                                && recorder.isComplete(read.answer())
                                                && recorder.found(read, age))
                                    .ifPresentOrElse(
                                        read -> calls.give(written, read.answer().again(age)),
                                        make));
                  }

                  @Override
                  public void absent(Claim claim) {
                    claim.release();
                    calls.loop().execute(make);
                  }

                  @Override
                  public void otherRequest() {
                    calls.loop().execute(make);
                  }
                });
  }

  private final class CacheWriter extends AnswerRecorder {
    private final CallKey key;
    private final RouteConfig.Cache times;
    private final long begunNanos = cache.now();

    CacheWriter(CallKey key, PendingCall call, RouteConfig.Cache times) {
      super(call);
      this.key = key;
      this.times = times;
    }

    /** The answer is for other processes too, without their waiting for it. */
    void mayShare() {
      Elsewhere elsewhere = key.elsewhere();
      if (elsewhere != null) {
        claimed(elsewhere.answers().unclaimed(elsewhere.place()));
      }
    }

    @Override
    boolean found(AnswerBytes.Read read, Duration age) {
      long now = cache.now();
      Kept kept =
          new Kept(read.answer(), key.operation(), now - age.toNanos(), read.tookNanos(), times);
      boolean isGood = kept.isFresh(now);
      if (isGood && read.answer().body().length <= cache.maxEntryBytes()) {
        cache.keep(key.request(), kept);
      }
      return isGood;
    }

    @Override
    public void closed(CoalescedCall coalesced) {
      underWay.remove(key, coalesced);
      release();
    }

    @Override
    public void answered(CoalescedCall coalesced, Answer answer, Source source) {
      if (source == Source.PRIMARY && answer.body().length <= cache.maxEntryBytes()) {
        long now = cache.now();
        long took = now - begunNanos;
        cache.keep(key.request(), new Kept(answer, key.operation(), now, took, times));
        share(answer, took, times.freshFor());
      }
    }
  }
}
