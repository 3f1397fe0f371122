package dev.forebay.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.forebay.core.BreakerPolicy;
import dev.forebay.core.Call;
import dev.forebay.core.FleetReading;
import dev.forebay.core.HedgePolicy;
import dev.forebay.core.Outcome;
import dev.forebay.core.RetryPolicy;
import dev.forebay.core.Route;
import dev.forebay.core.Step;
import dev.forebay.core.Target;
import dev.forebay.core.TargetQuota;
import dev.forebay.core.Ticker;
import dev.forebay.core.Tier;
import dev.forebay.core.Timeouts;
import dev.forebay.core.TokenUsage;
import dev.forebay.core.event.JourneyListener;
import dev.forebay.core.journey.Journey;
import dev.forebay.core.journey.Journeys;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A program that shares a quota while it makes calls, in a process of its own. For each line of its
 * input it does what that says, and prints a line.
 */
final class RestingProgram {
  private static final int TOKENS = 1_000;

  private final Ticker ticker = Ticker.system();
  private final Journeys journeys = new Journeys();
  private final Target target =
      new Target("only", Timeouts.DEFAULTS, new TargetQuota.Joint(6_000_000, 0, 1));
  private final Route route =
      new Route(
          "route",
          List.of(new Tier(List.of(target))),
          Route.DEFAULT_DEADLINE,
          Route.defaultPatience(Route.DEFAULT_DEADLINE),
          RetryPolicy.DEFAULTS,
          BreakerPolicy.DEFAULTS,
          HedgePolicy.OFF);
  private final Fleet fleet;

  private RestingProgram(String url) {
    RedisStore store = RedisStoreTest.store(url, "test");
    fleet =
        Fleet.joinWhileUsed(
            "program", store, 2, journeys.targets(), ticker, Map.of(target, "quota"));
  }

  public static void main(String[] arguments) throws Exception {
    RestingProgram program = new RestingProgram(arguments[0]);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    System.out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "calls" -> System.out.println(program.calls(Integer.parseInt(words[1])));
        default -> System.out.println(program.state());
      }
    }
    System.exit(0);
  }

  /** Makes calls one after the other; the milliseconds until the first one and the last began. */
  private String calls(int count) throws InterruptedException {
    long from = ticker.nanos();
    long first = 0;
    for (int i = 0; i < count; i++) {
      fleet.used();
      call();
      first = i == 0 ? ticker.nanos() - from : first;
    }
    return millis(first) + " " + millis(ticker.nanos() - from);
  }

  private void call() throws InterruptedException {
    long now = ticker.nanos();
    Semaphore woken = new Semaphore(0);
    Journey journey =
        journeys.begin(
            route,
            new Call(false, TOKENS, TOKENS / 10, Call.ROUTE_DEADLINE),
            now,
            new SplittableRandom(now),
            JourneyListener.NONE);
    Step step = journey.start(now, woken::release);
    while (step instanceof Step.WaitUntil until) {
      boolean isWoken =
          woken.tryAcquire(Math.max(0, until.nanos() - ticker.nanos()), TimeUnit.NANOSECONDS);
      now = ticker.nanos();
      Step next = isWoken ? journey.woken(now) : journey.timer(now);
      step = next == null ? step : next;
    }
    if (!(step instanceof Step.Attempt attempt)) {
      throw new IllegalStateException("the call failed: " + step);
    }
    Outcome done = new Outcome.Succeeded(new TokenUsage(TOKENS, TOKENS / 10, 0, 0));
    Step unused = journey.attemptEnded(attempt, done, ticker.nanos());
  }

  /** Whether it has a lease, and its threads for the store. */
  private String state() {
    boolean leased =
        fleet.reading().slices().values().stream().anyMatch(FleetReading.Slice::leased);
    List<String> threads =
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.matches("(lettuce|forebay-cluster).*"))
            .sorted()
            .toList();
    return leased + " " + threads;
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
