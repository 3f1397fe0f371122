package dev.forebay.config;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Flaw;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Jitter;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of one route. */
final class RouteSettings {
  static final Setting<List<Located<List<Located<String>>>>> TIERS =
      Setting.required(
          "tiers",
          new ListShape<>(new ListShape<>(Scalars.NAME, true), false),
          "[[sonnet-use1]]",
          "Groups of equal targets, over which load is spread; the second group and later ones are"
              + " fallbacks, in this order.");
  static final Setting<Duration> DEADLINE =
      Setting.defaulted(
          "deadline",
          Scalars.DURATION,
          Route.DEFAULT_DEADLINE,
          "The longest until a target has begun to answer, all attempts included: by then a"
              + " per-minute quota has surely been renewed. A stream that has begun may go on. A"
              + " whole answer planned for more than 1,000 tokens gets twice the time that they"
              + " usually need.");
  static final Setting<Duration> PATIENCE =
      Setting.optional(
          "patience",
          Scalars.DURATION_OR_ZERO,
          Durations.show(Route.defaultPatience(Route.DEFAULT_DEADLINE)),
          "The time that is kept for a fallback, by default a third of the deadline: attempts and"
              + " retries in an earlier tier end by then. A fallback that usually needs more gets"
              + " twice its usual time, at most half of the call's. Capacity is waited for in all"
              + " tiers at once, whatever this is.");

  static final Setting<RouteConfig.Adapt> ADAPT =
      Setting.defaulted(
          "adapt",
          Scalars.choice(RouteConfig.Adapt.class),
          RouteConfig.Adapt.SAFE,
          "With safe, what a model cannot take is left out of a call for it where that changes no"
              + " answer's meaning (cache marks, sampling where the model has none, other models'"
              + " thinking, decoration of schemas), and x-forebay-adapted names it; with never,"
              + " such a model is not asked.");

  static final Setting<Optional<Duration>> KEEP_ALIVE =
      Setting.defaulted(
          "keepAlive",
          Scalars.DURATION_OR_OFF,
          Optional.empty(),
          "After what silence a stream gets a ping, for clients and proxies that give up silent"
              + " ones: only InvokeModelWithResponseStream in Claude's form, where clients skip"
              + " pings. Off because a ping before the answer has begun is sent with status 200, so"
              + " that a failure after it can come only as an exception event.");

  static final Setting<List<Located<Flaw>>> FALLBACK_ON =
      Setting.optional(
          "fallbackOn",
          new ListShape<>(Scalars.choice(Flaw.class), true, 0),
          "[]",
          "Flaws of a whole answer for which another target is asked, before anything of it has"
              + " reached the caller: refusal, content_filtered, malformed, empty (no text and no"
              + " tool's use), context_window; when absent none, since an answer is the model's"
              + " word, and each further one is paid for.");

  static final Setting<Integer> MAX_ATTEMPTS =
      Setting.defaulted(
          "maxAttempts",
          Scalars.number(1, RetryPolicy.MOST_ATTEMPTS),
          RetryPolicy.DEFAULTS.maxAttempts(),
          "Attempts in one tier, the first included.");
  static final Setting<Integer> MAX_ATTEMPTS_PER_CALL =
      Setting.defaulted(
          "maxAttemptsPerCall",
          Scalars.number(1, RetryPolicy.MOST_ATTEMPTS),
          RetryPolicy.DEFAULTS.maxAttemptsPerCall(),
          "Attempts in all tiers together, so that a fallback does not start the whole cycle"
              + " again.");
  static final Setting<Duration> BASE_DELAY =
      Setting.defaulted(
          "baseDelay",
          Scalars.DURATION,
          RetryPolicy.DEFAULTS.baseDelay(),
          "The delay before the first retry, which doubles with each one: five doublings pass half"
              + " a minute.");
  static final Setting<Duration> MAX_DELAY =
      Setting.defaulted(
          "maxDelay",
          Scalars.DURATION,
          RetryPolicy.DEFAULTS.maxDelay(),
          "The longest delay before a retry: one period of Bedrock's quotas.");
  static final Setting<Jitter> JITTER =
      Setting.defaulted(
          "jitter",
          Scalars.choice(Jitter.class),
          RetryPolicy.DEFAULTS.jitter(),
          "How a delay is drawn, so that callers do not come back together: bedrock (full after"
              + " throttling, far shorter after other failures, which pass sooner), full, additive,"
              + " equal, decorrelated, fixed, none.");
  static final Setting<Section> RETRY =
      Setting.section(
          "retry",
          new SectionShape(MAX_ATTEMPTS, MAX_ATTEMPTS_PER_CALL, BASE_DELAY, MAX_DELAY, JITTER),
          "How often and after what delay a call tries again.");

  static final Setting<Double> FAILURE_RATE =
      Setting.defaulted(
          "failureRate",
          Scalars.SHARE,
          BreakerPolicy.DEFAULTS.failureRate(),
          "The share of failed calls, above 0 and at most 1, that a target may have; with more than"
              + " that, beyond chance, it counts as broken.");
  static final Setting<Integer> MINIMUM_CALLS =
      Setting.defaulted(
          "minimumCalls",
          Scalars.number(1, 1_000_000),
          BreakerPolicy.DEFAULTS.minimumCalls(),
          "The least number of calls that a rate is judged by: a single failure shows little.");
  static final Setting<Duration> OPEN_FOR =
      Setting.defaulted(
          "openFor",
          Scalars.DURATION,
          BreakerPolicy.DEFAULTS.openFor(),
          "The pause before a broken target is probed; it grows by a quarter each time, up to a"
              + " minute, while the probes show that the outage goes on.");
  static final Setting<Section> BREAKER =
      Setting.section(
          "breaker",
          new SectionShape(FAILURE_RATE, MINIMUM_CALLS, OPEN_FOR),
          "When a target counts as broken; throttling never counts.");

  static final Setting<Boolean> HEDGE_ENABLED =
      Setting.defaulted(
          "enabled",
          Scalars.BOOLEAN,
          HedgePolicy.OFF.enabled(),
          "Whether a stream without tools that is slow to begin is asked for a second time, from an"
              + " equal target; off because the tokens of the one that loses are spent.");
  static final Setting<Double> HEDGE_MAX_SHARE =
      Setting.defaulted(
          "maxShare",
          Scalars.share(0.2),
          HedgePolicy.OFF.maxShare(),
          "Hedges per call, at most: they are for the slowest few.");
  static final Setting<Section> HEDGE =
      Setting.section(
          "hedge",
          new SectionShape(HEDGE_ENABLED, HEDGE_MAX_SHARE),
          "A second attempt beside a slow one.");

  static final Setting<Duration> FRESH_FOR =
      Setting.defaulted(
          "freshFor",
          Scalars.DURATION_OR_ZERO,
          RouteConfig.Cache.DEFAULTS.freshFor(),
          "How long an answer serves again as if it were new; 0s for never.");
  static final Setting<Duration> STALE_FOR =
      Setting.defaulted(
          "staleFor",
          Scalars.DURATION_OR_ZERO,
          RouteConfig.Cache.DEFAULTS.staleFor(),
          "How long beyond that it serves when no target answers, marked as stale; 0s for never.");
  static final Setting<RouteConfig.Sharing> SHARED_CACHE =
      Setting.defaulted(
          "shared",
          Scalars.choice(RouteConfig.Sharing.class),
          RouteConfig.Cache.DEFAULTS.shared(),
          "What the gateways of a cluster do together: with answers, one that a gateway has is kept"
              + " in the cluster's store too, and serves in all of them while it is fresh; with"
              + " calls, equal calls at one time in several of them are also made once, and the"
              + " others get the answer when it is whole; with none, each has a cache of its own.");
  static final Setting<Section> CACHE =
      Setting.optIn(
          "cache",
          new SectionShape(FRESH_FOR, STALE_FOR, SHARED_CACHE),
          "Answers of the first tier are kept and serve again, and equal calls at one time are"
              + " made once; when absent, every call is made.");

  static final Setting<Boolean> SHARED_IDEMPOTENCY =
      Setting.defaulted(
          "shared",
          Scalars.BOOLEAN,
          false,
          "Whether an Idempotency-Key counts in all gateways of a cluster, through its store, and"
              + " not only in the one that got it.");
  static final Setting<Section> IDEMPOTENCY =
      Setting.section(
          "idempotency",
          new SectionShape(SHARED_IDEMPOTENCY),
          "Calls with the header Idempotency-Key.");

  static final Setting<String> MESSAGE =
      Setting.required(
          "message",
          Scalars.TEXT,
          "\"We are busy; a short answer for now.\"",
          "The text that is given as the model's answer, marked as canned.");
  static final Setting<Section> DEGRADED =
      Setting.optIn(
          "degraded",
          new SectionShape(MESSAGE),
          "A canned answer for when there is no other; when absent, the call is refused.");

  static final Setting<Duration> EXPIRE_AFTER =
      Setting.defaulted(
          "expireAfter",
          Scalars.DURATION,
          RouteConfig.Queue.DEFAULTS.expireAfter(),
          "How long a job may wait for its answer.");
  static final Setting<Section> QUEUE =
      Setting.optIn(
          "queue",
          new SectionShape(EXPIRE_AFTER),
          "Calls that are answered later if they ask for it (Prefer: respond-async); when absent,"
              + " all are answered directly.");

  static final SectionShape ROUTE =
      new SectionShape(
          TIERS,
          DEADLINE,
          PATIENCE,
          ADAPT,
          KEEP_ALIVE,
          FALLBACK_ON,
          RETRY,
          BREAKER,
          HEDGE,
          CACHE,
          IDEMPOTENCY,
          DEGRADED,
          QUEUE);

  private RouteSettings() {}
}
