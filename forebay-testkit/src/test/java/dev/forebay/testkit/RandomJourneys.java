package dev.forebay.testkit;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.Eligibility;
import dev.forebay.core.Flaw;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Jitter;
import dev.forebay.core.Outcome.About;
import dev.forebay.core.Outcome.Fault;
import dev.forebay.core.Priority;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Random routes, calls and targets. */
final class RandomJourneys {
  private static final List<Jitter> JITTERS = List.of(Jitter.values());
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private RandomJourneys() {}

  /**
   * Most calls can be served by every target, some by a few or by none.
   *
   * @param others those with another model than the one asked for
   */
  static Eligibility eligibility(SplittableRandom random, Set<String> others, Set<String> targets) {
    Set<String> out = new HashSet<>();
    if (random.nextInt(3) == 0) {
      int percent = random.nextInt(101);
      for (String target : new TreeSet<>(targets)) {
        if (random.nextInt(100) < percent) {
          out.add(target);
        }
      }
    }
    return new Eligibility() {
      @Override
      public @Nullable String objection(Target target) {
        return out.contains(target.name()) ? "cannot serve this call" : null;
      }

      @Override
      public boolean servesAnother(Target target) {
        return others.contains(target.name());
      }
    };
  }

  /** Mostly those of the later tiers, sometimes any. */
  static Set<String> others(SplittableRandom random, Set<String> targets) {
    boolean mixed = random.nextInt(4) == 0;
    Set<String> others = new HashSet<>();
    for (String target : new TreeSet<>(targets)) {
      if (mixed ? random.nextBoolean() : !target.startsWith("t0")) {
        others.add(target);
      }
    }
    return others;
  }

  static Call call(SplittableRandom random, Eligibility eligibility) {
    Duration patience =
        random.nextBoolean() ? Call.ROUTE_DEADLINE : Duration.ofMillis(random.nextInt(90_000));
    return new Call(
        random.nextBoolean(),
        random.nextInt(5_000),
        random.nextInt(5_000),
        patience,
        PRIORITIES.get(random.nextInt(PRIORITIES.size())),
        new Tenant("tenant " + random.nextInt(5), 1 + random.nextInt(3)),
        random.nextInt(20),
        random.nextInt(10_000),
        random.nextBoolean(),
        eligibility);
  }

  /** Often none, else from one that lets hardly a call pass to one that is seldom felt. */
  private static TargetQuota quota(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> new TargetQuota.Joint(0, 8_000 + random.nextInt(400_000), 1 + random.nextInt(5));
      case 1 -> new TargetQuota.Joint(1 + random.nextInt(200), 0, 1);
      case 2 ->
          new TargetQuota.Split(8_000 + random.nextInt(400_000), 1_000 + random.nextInt(100_000));
      default -> TargetQuota.UNKNOWN;
    };
  }

  static Route route(SplittableRandom random, Map<String, ScriptedTarget> scripts) {
    List<Tier> tiers = new ArrayList<>();
    int tierCount = 1 + random.nextInt(3);
    for (int t = 0; t < tierCount; t++) {
      List<Target> targets = new ArrayList<>();
      int targetCount = 1 + random.nextInt(3);
      for (int i = 0; i < targetCount; i++) {
        String name = "t" + t + "-" + i;
        targets.add(new Target(name, Timeouts.DEFAULTS, quota(random)));
        scripts.put(name, script(random));
      }
      tiers.add(new Tier(targets));
    }
    Duration deadline = Duration.ofSeconds(5 + random.nextInt(115));
    Jitter jitter = JITTERS.get(random.nextInt(JITTERS.size()));
    RetryPolicy retry =
        new RetryPolicy(
            1 + random.nextInt(5), 5 + random.nextInt(6), millis(random, 2_000), minute(), jitter);
    return new Route(
        "model",
        tiers,
        deadline,
        Route.defaultPatience(deadline),
        retry,
        breaker(random),
        new HedgePolicy(random.nextBoolean(), 0.2));
  }

  /** Often one that hardly ever opens, so that retries are seen as well. */
  private static BreakerPolicy breaker(SplittableRandom random) {
    return random.nextBoolean()
        ? BreakerPolicy.DEFAULTS
        : new BreakerPolicy(1, 1_000, Duration.ofMillis(1));
  }

  private static ScriptedTarget script(SplittableRandom random) {
    ScriptedReply[] replies = new ScriptedReply[400];
    for (int i = 0; i < replies.length; i++) {
      replies[i] = reply(random);
    }
    return new ScriptedTarget(replies);
  }

  private static ScriptedReply reply(SplittableRandom random) {
    Duration took = millis(random, 40_000);
    Duration life = took.dividedBy(2);
    return switch (random.nextInt(18)) {
      case 0, 1 -> ScriptedReply.throttled();
      case 2 -> ScriptedReply.throttled(took);
      case 3 -> ScriptedReply.throttledForTheDay();
      case 4, 5 -> ScriptedReply.unavailable().after(millis(random, 1_000));
      case 6 -> ScriptedReply.failed(Fault.SERVICE).after(took);
      case 7 -> ScriptedReply.failed(Fault.MODEL).after(took);
      case 8 ->
          ScriptedReply.failed(Fault.CONNECTION).withContent(took).after(took.multipliedBy(2));
      case 9 -> ScriptedReply.rejected(About.CALL);
      case 10 -> ScriptedReply.rejected(About.TARGET);
      case 11 -> ScriptedReply.hang();
      case 16 -> ScriptedReply.unwanted(Flaw.REFUSAL);
      case 12 -> ScriptedReply.stream(took, took.plus(millis(random, 20_000)));
      case 13 -> ScriptedReply.stream(took.multipliedBy(2), took.multipliedBy(4)).withLife(life);
      case 14 -> ScriptedReply.hang().withLife(life);
      case 15 -> ScriptedReply.failed(Fault.CONNECTION).after(took.multipliedBy(3)).withLife(life);
      default -> ScriptedReply.answer(took);
    };
  }

  private static Duration millis(SplittableRandom random, int bound) {
    return Duration.ofMillis(1 + random.nextInt(bound));
  }

  private static Duration minute() {
    return Duration.ofSeconds(60);
  }
}
