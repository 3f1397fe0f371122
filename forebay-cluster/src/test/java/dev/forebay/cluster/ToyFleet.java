package dev.forebay.cluster;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.ErrorInfo;
import dev.forebay.core.FleetReading;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.Priority;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Tenant;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.health.Breaker;
import dev.forebay.core.journey.Journeys;
import dev.forebay.testkit.JourneyRun;
import dev.forebay.testkit.ScriptedReply;
import dev.forebay.testkit.ScriptedTarget;
import dev.forebay.testkit.VirtualDriver;
import dev.forebay.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Members in virtual time, each with the journeys of a gateway, on one service that grants by a
 * bucket of a minute as Bedrock may. All calls are alike.
 */
final class ToyFleet {
  static final int TOKENS = 500;
  static final double PER_SECOND = 10_000;

  /** As much as the service grants. */
  static final TargetQuota KNOWN = new TargetQuota.Joint(0, (long) (60 * PER_SECOND), 1);

  static final Duration ANSWER = Duration.ofMillis(300);
  private static final String QUOTA = "quota";

  private final VirtualTime time = new VirtualTime();
  private final SplittableRandom random = new SplittableRandom(3);
  private Target target;
  private final Target other;
  private final List<Route> routes;
  private final MemoryStore store = new MemoryStore(() -> time.nanos() / 1_000_000);
  private final ScriptedTarget service = new ScriptedTarget(this::reply);
  private final VirtualDriver driver =
      new VirtualDriver(time, Map.of("only", service, "other", service));
  private final List<Peer> peers = new ArrayList<>();
  private final Map<String, Integer> operations = new TreeMap<>();
  private double level = 10 * PER_SECOND;
  private long levelAtNanos;
  private long answered;
  private long refused;
  private boolean daySpent;
  private boolean regular;
  private boolean isBroken;
  private String quota = QUOTA;
  private String otherQuota = "another";
  private Duration roundTrip = Duration.ZERO;

  /** Whose members know the quota. */
  ToyFleet() {
    this(KNOWN);
  }

  /** Whose members know so much of the quota. */
  ToyFleet(TargetQuota known) {
    target = new Target("only", Timeouts.DEFAULTS, known);
    other = new Target("other", Timeouts.DEFAULTS, known);
    routes = new ArrayList<>(List.of(route(target)));
  }

  private static Route route(Target to) {
    return new Route(
        "to " + to.name(),
        List.of(new Tier(List.of(to))),
        Duration.ofSeconds(20),
        Duration.ofSeconds(6),
        RetryPolicy.DEFAULTS,
        BreakerPolicy.DEFAULTS,
        HedgePolicy.OFF);
  }

  /** Every second call goes to another target, with a quota of its own. */
  void onTwoQuotas() {
    routes.add(route(other));
  }

  /** Every second call goes to another target of the same quota. */
  void onTwoTargets() {
    routes.add(route(other));
    otherQuota = QUOTA;
  }

  private record Begun(JourneyRun run, long atNanos) {
    long tookNanos(long now) {
      return (run.end() == null ? now : run.endedAtNanos()) - atNanos;
    }
  }

  /** One member and its gateway. */
  final class Peer {
    private final Journeys journeys = new Journeys();
    private final Member member;
    private double callsPerSecond;
    private int loads;
    private int calls;
    private int ticks;
    private boolean crashed;
    private boolean silent;
    private boolean busy;
    private boolean watched;
    private final ToyLink link = new ToyLink(time, operations, () -> roundTrip);
    private final List<JourneyRun> sinceRest = new ArrayList<>();
    private final List<Begun> begun = new ArrayList<>();

    private Peer(String name) {
      member =
          new Member(name, link.to(store.connect()), 2, journeys.targets(), time, this::execute);
      member.listen(
          () -> {
            int next = ++ticks;
            time.after(Duration.ZERO, () -> tick(next));
          });
      share();
      tick(ticks);
    }

    private void share() {
      member.share(
          routes.size() == 1 ? Map.of(target, quota) : Map.of(target, quota, other, otherQuota));
    }

    private void reload() {
      journeys.targets().requota(target, time.nanos());
      share();
    }

    void load(double calls) {
      callsPerSecond = calls;
      loads++;
      callAfter(random.nextDouble());
    }

    /** It reaches the store no more. */
    void cutOff() {
      link.cut();
    }

    /** What its targets may use together. */
    double part() {
      return member.reading().slices().values().stream()
          .mapToDouble(FleetReading.Slice::share)
          .sum();
    }

    /** It stops without a word, and its callers go elsewhere. */
    void crash() {
      crashed = true;
    }

    FleetReading reading() {
      return member.reading();
    }

    void watched() {
      member.watched();
    }

    FleetReading.Slice slice() {
      return Objects.requireNonNull(member.reading().slices().get("only"));
    }

    long cooldownMillis() {
      return journeys.targets().state(target, time.nanos()).cooldownNanos(time.nanos()) / 1_000_000;
    }

    void coolDown(Duration of) {
      journeys.targets().state(target, time.nanos()).coolDown(of.toNanos(), time.nanos());
    }

    void leave() {
      crashed = true;
      var unused = member.leave();
    }

    Breaker.Position circuit() {
      return journeys.targets().state(target, time.nanos()).breaker().position(time.nanos());
    }

    long nextTickMillis() {
      return member.nextTickMillis();
    }

    boolean isIdle() {
      return member.isIdle();
    }

    void rest() {
      member.rest();
      freeze();
      sinceRest.clear();
    }

    /** The attempts of its calls since it rests. */
    long begunLately() {
      return sinceRest.stream().mapToInt(run -> run.attempts().size()).sum();
    }

    /** How long the slowest call takes, or has taken yet, of those that begin in that time. */
    Duration slowest(Duration length) {
      begun.clear();
      watched = true;
      time.advance(length);
      watched = false;
      long now = time.nanos();
      return Duration.ofNanos(
          begun.stream().mapToLong(call -> call.tookNanos(now)).max().orElseThrow());
    }

    /** Its executor has other things to do from now on. */
    void keepBusy() {
      busy = true;
    }

    private void execute(Runnable task) {
      if (!busy) {
        task.run();
      }
    }

    /** Looks at nothing until it thaws; its calls go on. */
    void freeze() {
      silent = true;
    }

    void thaw() {
      silent = false;
      tick(++ticks);
    }

    /** One of which another has taken the place does nothing. */
    private void tick(int of) {
      if (crashed || of != ticks) {
        return;
      }
      if (!silent) {
        member.tick(time.nanos() / 1_000_000);
      }
      int next = ++ticks;
      time.after(Duration.ofMillis(member.nextTickMillis()), () -> tick(next));
    }

    /** Of the usual distance between calls. */
    private void callAfter(double part) {
      if (callsPerSecond > 0) {
        int of = loads;
        double gap = (regular ? part : -Math.log(1 - random.nextDouble())) / callsPerSecond;
        time.after(Duration.ofNanos((long) (gap * 1e9)), () -> call(of));
      }
    }

    private void call(int of) {
      if (crashed || of != loads) {
        return;
      }
      Call call =
          new Call(
              false, 400, 100, Call.ROUTE_DEADLINE, Priority.STANDARD, Tenant.ANYONE, 0, 0, false);
      JourneyRun run =
          driver.drive(
              journeys.begin(
                  routes.get(calls++ % routes.size()),
                  call,
                  time.nanos(),
                  random,
                  JourneyListener.NONE));
      if (silent) {
        sinceRest.add(run);
      }
      if (watched) {
        begun.add(new Begun(run, time.nanos()));
      }
      callAfter(1);
    }
  }

  /** What the store answers takes so long from now on, from the request to the answer. */
  void roundTrip(Duration length) {
    roundTrip = length;
  }

  /** What members ask of the store in that time, by the operations' names. */
  Map<String, Integer> operations(Duration length) {
    operations.clear();
    time.advance(length);
    return operations;
  }

  Peer join(String name) {
    Peer peer = new Peer(name);
    peers.add(peer);
    return peer;
  }

  /** Calls come at equal distances from now on, not by chance. */
  void regular() {
    regular = true;
  }

  /** All members configure their target so from now on. */
  void reload(TargetQuota known, String name) {
    target = new Target("only", Timeouts.DEFAULTS, known);
    quota = name;
    routes.set(0, route(target));
    peers.forEach(Peer::reload);
  }

  MemoryStore store() {
    return store;
  }

  void run(Duration length) {
    time.advance(length);
  }

  /** What is counted as leased, in millionths. */
  long counted() {
    return store.counted(QUOTA);
  }

  /**
   * How much of what came was used since the last time, and how many of the attempts were refused.
   */
  Figures measure(Duration length) {
    answered = 0;
    refused = 0;
    time.advance(length);
    double seconds = length.toNanos() / 1e9;
    return new Figures(
        answered * TOKENS / (PER_SECOND * seconds),
        (double) refused / Math.max(1, answered + refused));
  }

  record Figures(double utilisation, double refused) {}

  /** The service refuses everything from now on, for the quota for the day. */
  void spendTheDay() {
    daySpent = true;
  }

  /** Whether the service fails from now on. */
  void breaks(boolean broken) {
    isBroken = broken;
  }

  /** What arrived at the service. */
  long attempts() {
    return service.attempts();
  }

  private ScriptedReply reply() {
    if (isBroken) {
      return new ScriptedReply(
          null,
          Duration.ofMillis(20),
          new Outcome.Failed(
              Outcome.Fault.SERVICE, new ErrorInfo(500, "InternalServerException", "broken")));
    }
    if (daySpent) {
      return new ScriptedReply(
          null,
          Duration.ofMillis(20),
          new Outcome.Throttled(
              Outcome.Quota.DAY,
              Duration.ZERO,
              new ErrorInfo(429, "ThrottlingException", "Too many tokens per day")));
    }
    long now = time.nanos();
    double burst = PER_SECOND * 10;
    level = Math.min(burst, level + PER_SECOND * (now - levelAtNanos) / 1e9);
    levelAtNanos = now;
    if (level < TOKENS) {
      refused++;
      return ScriptedReply.throttled();
    }
    level -= TOKENS;
    answered++;
    return new ScriptedReply(null, ANSWER, new Outcome.Succeeded(new TokenUsage(400, 100, 0, 0)));
  }
}
