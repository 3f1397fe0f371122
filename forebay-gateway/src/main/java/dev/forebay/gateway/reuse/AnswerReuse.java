package dev.forebay.gateway.reuse;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestDigest;
import dev.forebay.config.RouteConfig;
import dev.forebay.core.Step.Source;
import dev.forebay.gateway.call.Answer;
import dev.forebay.gateway.call.CallRegistry;
import dev.forebay.gateway.call.OpenCall;
import dev.forebay.gateway.call.SpareAnswers;
import dev.forebay.gateway.http.Bytes;
import dev.forebay.gateway.http.HeaderRules;
import dev.forebay.gateway.reuse.AnswerCache.Kept;
import dev.forebay.gateway.upstream.AnswerForm;
import dev.forebay.gateway.upstream.ModelRequest;
import io.vertx.core.http.HttpHeaders;
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
public final class AnswerReuse {
  /** Calls in different forms are made apart, as their answers come differently. */
  private record FlightKey(String request, Operation operation) {}

  private final AnswerCache cache;
  private final ConcurrentMap<FlightKey, Flight> flights = new ConcurrentHashMap<>();

  public AnswerReuse(AnswerCache cache) {
    this.cache = cache;
  }

  AnswerCache cache() {
    return cache;
  }

  /**
   * Answers a call from what is kept, or makes it, for others as well.
   *
   * @param canned the route's own words, for when there is nothing else
   */
  public void accept(
      CallRegistry calls,
      OpenCall call,
      RouteConfig.Cache times,
      Supplier<Optional<Answer>> canned,
      RandomGenerator random) {
    CacheDirectives directives = CacheDirectives.of(call.request().headers());
    FlightKey key = key(call);
    if (key == null || (directives.noCache() && directives.noStore())) {
      calls.begin(call, new SpareAnswers(Optional::empty, canned)).start();
      return;
    }
    Kept kept = directives.noCache() ? null : cache.find(key.request(), key.operation());
    SpareAnswers spares =
        new SpareAnswers(directives.noCache() ? Optional::empty : () -> stale(key), canned);
    long now = cache.now();
    if (kept != null && kept.isFresh(now)) {
      calls.give(call, handOut(kept, now));
      if (!directives.noStore() && kept.isDue(now, random)) {
        calls.repeat(call).ifPresent(again -> fly(calls, again, spares, key, times));
      }
    } else if (directives.noStore()) {
      calls.begin(call, spares).start();
    } else {
      share(calls, call, spares, key, times);
    }
  }

  private static @Nullable FlightKey key(OpenCall call) {
    ModelRequest request = call.request();
    String route = call.journey().route().name();
    Optional<String> digest =
        RequestDigest.of(
            call.journey().call().tenant().name(),
            request.path(),
            request.headers(),
            call.setup().forwardedHeaders(route),
            Bytes.of(request.body()));
    int edition = call.setup().edition(route);
    return digest
        .map(text -> new FlightKey(text + '/' + edition, request.path().operation()))
        .orElse(null);
  }

  /** The family in whose form the answer is. */
  static ModelFamily family(OpenCall call) {
    return call.setup()
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
            HttpHeaders.headers()
                .set(HeaderRules.AGE, Long.toString(age.toSeconds()))
                .set(HeaderRules.ATTEMPTS, "0"));
  }

  /** Joins the flight that is under way, or begins one. */
  private void share(
      CallRegistry calls,
      OpenCall call,
      SpareAnswers spares,
      FlightKey key,
      RouteConfig.Cache times) {
    while (true) {
      Flight fresh =
          new Flight(
              calls.loop().vertx(), new Landing(key, family(call), times), cache.maxEntryBytes());
      Flight flight = flights.computeIfAbsent(key, absent -> fresh);
      boolean leads = flight.equals(fresh);
      Reader reader = new Reader(calls, call, spares, flight, leads);
      if (flight.join(reader, leads)) {
        reader.start();
        if (leads) {
          calls.begin(call.answeredTo(flight, () -> {}), spares).start();
        }
        return;
      }
      flights.remove(key, flight);
    }
  }

  /** Makes the call for nobody but the cache, unless it is being made already. */
  private void fly(
      CallRegistry calls,
      OpenCall again,
      SpareAnswers spares,
      FlightKey key,
      RouteConfig.Cache times) {
    Flight flight =
        new Flight(
            calls.loop().vertx(), new Landing(key, family(again), times), cache.maxEntryBytes());
    if (flights.putIfAbsent(key, flight) == null) {
      calls.begin(again.answeredTo(flight, again.whenOver()), spares).start();
    } else {
      again.whenOver().run();
    }
  }

  /** Keeps what a flight brings. */
  private final class Landing implements Flight.Owner {
    private final FlightKey key;
    private final ModelFamily family;
    private final RouteConfig.Cache times;
    private final long begunNanos = cache.now();

    Landing(FlightKey key, ModelFamily family, RouteConfig.Cache times) {
      this.key = key;
      this.family = family;
      this.times = times;
    }

    @Override
    public boolean isComplete(Answer answer) {
      return AnswerForm.isWhole(key.operation(), family, answer.headers(), Bytes.of(answer.body()));
    }

    @Override
    public void closed(Flight flight) {
      flights.remove(key, flight);
    }

    @Override
    public void answered(Flight flight, Answer answer, Source source) {
      if (source == Source.PRIMARY && answer.body().length() <= cache.maxEntryBytes()) {
        long now = cache.now();
        cache.keep(key.request(), new Kept(answer, key.operation(), now, now - begunNanos, times));
      }
    }
  }
}
