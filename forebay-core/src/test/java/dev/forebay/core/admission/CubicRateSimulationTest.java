package dev.forebay.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.forebay.core.admission.ToyQuota.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that always have more to send, held to a {@link CubicRate}, against a {@link ToyQuota}
 * that they do not know. A refusal takes 20 to 80 ms, an answer 1 to 8 s. Utilisation is the share
 * that is admitted of what others leave.
 */
class CubicRateSimulationTest {
  private static final long EPOCH = Duration.ofSeconds(2).toNanos();
  private static final long ORIGIN = Long.MAX_VALUE - 7; // its sums overflow
  private static final double STEP = 0.01;

  private enum Scenario {
    ALONE(0, 1),
    HALF_TAKEN(0.5, 1),
    DOUBLED(0, 2),
    HALVED(0, 0.5);

    final double others;
    final double change;

    Scenario(double others, double change) {
      this.others = others;
      this.change = change;
    }

    /** Of the quota at first, what is left for the client in the end. */
    double share() {
      return (1 - others) * change;
    }

    /** Ten minutes after the first two; or from the second minute after a change on. */
    double countFrom() {
      return this == DOUBLED || this == HALVED ? 480 : 120;
    }
  }

  private record Size(double quota, int least, int most) {}

  private record Result(double utilisation, double refused) {}

  private record Event(double at, double tokens, boolean admitted, double sentAt) {}

  /** What paces one client, as a limiter will. */
  private static final class Client {
    final CubicRate rate = new CubicRate(Double.POSITIVE_INFINITY, ORIGIN);
    final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingDouble(Event::at));
    final Size size;
    final SplittableRandom dice;
    double level;
    double next;
    double admitted;
    int attempts;
    int refused;

    Client(Size size, long seed) {
      this.size = size;
      dice = new SplittableRandom(seed);
      next = draw();
    }

    void step(ToyQuota quota, double t, boolean counts) {
      while (!events.isEmpty() && events.peek().at <= t) {
        Event event = events.poll();
        if (event.admitted) {
          rate.settled((long) event.tokens, nanos(t));
        } else {
          rate.throttled(nanos(event.sentAt), EPOCH, nanos(t));
          level += event.tokens;
        }
      }
      double r = Math.min(rate.tokensPerSecond(nanos(t)), 3 * quota.perMinute() / 60);
      level = Math.min(level + r * STEP, Math.max(10 * r, size.most));
      while (level >= next && rate.pauseUntilNanos(nanos(t)) - nanos(t) <= 0) {
        send(quota, t, counts);
      }
      if (rate.pauseUntilNanos(nanos(t)) - nanos(t) > 0) {
        level = Math.min(level, next);
      }
    }

    private void send(ToyQuota quota, double t, boolean counts) {
      rate.sent(nanos(t));
      boolean ok = quota.admits(next, t);
      double latency = ok ? dice.nextDouble(1, 8) : dice.nextDouble(0.02, 0.08);
      events.add(new Event(t + latency, next, ok, t));
      level -= next;
      attempts += counts ? 1 : 0;
      refused += counts && !ok ? 1 : 0;
      admitted += counts && ok ? next : 0;
      next = draw();
    }

    private double draw() {
      return dice.nextInt(size.least, size.most + 1);
    }
  }

  /** The rows in {@code target} are the table in {@code docs/design-decisions.md}. */
  @ParameterizedTest
  @EnumSource
  void usesTheQuotaWithFewRefusalsWhateverItsKind(Kind kind) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Scenario scenario : Scenario.values()) {
      StringBuilder row = new StringBuilder(kind + " " + scenario);
      for (double quota : List.of(5e4, 2e5, 1e6, 5e6)) {
        for (Size size : sizes(quota)) {
          Result result = average(kind, scenario, size);
          row.append(
              String.format(
                  Locale.ROOT, " | %.0f/%.0f", 100 * result.utilisation, 100 * result.refused));
          // So many calls a minute may pass; single ones weigh more the fewer there are.
          double calls = quota * scenario.share() / ((size.least + size.most) / 2.0);
          String what = size + ": " + row;
          assertThat(result.utilisation)
              .as(what)
              .isGreaterThan(calls >= 150 ? 0.88 : calls >= 30 ? 0.75 : 0.55);
          assertThat(result.refused)
              .as(what)
              .isLessThan(calls >= 150 ? 0.06 : calls >= 30 ? 0.13 : 0.25);
        }
      }
      rows.add(row.toString());
    }
    Files.write(Path.of("target", "cubic-rate-" + kind + ".txt"), rows);
  }

  @ParameterizedTest
  @EnumSource
  void clientsThatShareAQuotaComeToFairShares(Kind kind) {
    Size size = new Size(1e6, 500, 5_000);
    ToyQuota quota = new ToyQuota(kind, size.quota);
    List<Client> clients = IntStream.range(0, 3).mapToObj(i -> new Client(size, i)).toList();
    for (double t = 0; t < 1_800; t += STEP) {
      // The third one comes five minutes late.
      List<Client> active = t < 300 ? clients.subList(0, 2) : clients;
      for (Client client : active) {
        client.step(quota, t, t >= 900);
      }
    }
    double sum = clients.stream().mapToDouble(c -> c.admitted).sum();
    double squares = clients.stream().mapToDouble(c -> c.admitted * c.admitted).sum();
    List<Double> shares = clients.stream().map(c -> c.admitted / sum).toList();
    assertThat(sum * sum / (3 * squares)).as("Jain's index, %s", shares).isGreaterThan(0.9);
    assertThat(sum / (15 * size.quota)).isGreaterThan(0.9);
  }

  private static List<Size> sizes(double quota) {
    return List.of(
        new Size(quota, 500, 500), new Size(quota, 500, 5_000), new Size(quota, 5_000, 5_000));
  }

  private static Result average(Kind kind, Scenario scenario, Size size) {
    List<Result> runs =
        IntStream.rangeClosed(1, 2).mapToObj(seed -> run(kind, scenario, size, seed)).toList();
    return new Result(
        runs.stream().mapToDouble(Result::utilisation).average().orElseThrow(),
        runs.stream().mapToDouble(Result::refused).average().orElseThrow());
  }

  private static Result run(Kind kind, Scenario scenario, Size size, long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    ToyQuota quota = new ToyQuota(kind, size.quota);
    Client client = new Client(size, seed + 7);
    double from = scenario.countFrom();
    double offered = 0;
    double nextOther = 0;
    double mean = (size.least + size.most) / 2.0;
    boolean changed = false;
    for (double t = 0; t < 720; t += STEP) {
      if (t >= 360 && !changed) {
        quota.change(size.quota * scenario.change);
        changed = true;
      }
      while (scenario.others > 0 && t >= nextOther) {
        double tokens = dice.nextInt(size.least, size.most + 1);
        offered -= quota.admits(tokens, t) && t >= from ? tokens : 0;
        double gap = mean / (scenario.others * size.quota / 60);
        nextOther -= gap * Math.log(1 - dice.nextDouble());
      }
      client.step(quota, t, t >= from);
      offered += t >= from ? quota.perMinute() / 60 * STEP : 0;
    }
    return new Result(client.admitted / offered, (double) client.refused / client.attempts);
  }

  private static long nanos(double seconds) {
    return ORIGIN + (long) (seconds * 1e9);
  }
}
