package dev.forebay.gateway.live;

import dev.forebay.core.health.Breaker;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notices what changed between one look and the next, and remembers the last of it. Not
 * thread-safe.
 */
final class Changes {
  private static final int KEPT = 100;

  /** A shorter pause is the normal course of throttling. */
  private static final long LONG_GATE_MILLIS = 2_000;

  /** A disposition is in use from so many calls in two seconds, until none for ten. */
  private static final int IN_USE = 3;

  private static final int UNUSED_SECONDS = 10;

  /** A spike: three times the calls of the minute before, and not few. */
  private static final double SPIKE = 3;

  private static final int SPIKE_SECONDS = 3;
  private static final int MIN_SPIKE = 5;
  private static final int USUAL_FROM_SECONDS = 10;

  private static final Set<Disposition> NOTED =
      EnumSet.of(
          Disposition.FALLBACK,
          Disposition.STALE,
          Disposition.CANNED,
          Disposition.REFUSED,
          Disposition.BROKEN);

  private final ArrayDeque<Event> last = new ArrayDeque<>();
  private final Map<String, Breaker.Position> circuits = new HashMap<>();
  private final Set<String> gated = new HashSet<>();
  private final Map<String, Set<Disposition>> inUse = new HashMap<>();
  private QueueReading before = QueueReading.NONE;
  private List<String> refused = List.of();
  private boolean spike;
  private int seconds;
  private long ids;

  /** What happened after that one, oldest first. */
  List<Event> after(long id) {
    return last.stream().filter(event -> event.id() > id).toList();
  }

  long lastId() {
    return ids;
  }

  void noteChanges(Collection<TargetReading> targets, long nowMillis) {
    for (TargetReading target : targets) {
      String name = target.name();
      Breaker.Position before = circuits.put(name, target.circuit());
      if (before != null && before != target.circuit()) {
        circuitChanged(target, before, nowMillis);
      }
      if (target.gateMillis() > LONG_GATE_MILLIS && gated.add(name)) {
        add(
            nowMillis,
            "gate",
            "warning",
            name,
            "asked for a pause of %d s".formatted(target.gateMillis() / 1_000));
      } else if (target.gateMillis() == 0 && gated.remove(name)) {
        add(nowMillis, "gate", "ok", name, "takes calls again");
      }
    }
  }

  void noteChanges(GatewayReading gateway, long nowMillis) {
    if (!gateway.configRefused().equals(refused)) {
      boolean applied = gateway.configRefused().isEmpty();
      add(
          nowMillis,
          "config",
          applied ? "ok" : "warning",
          "configuration",
          applied
              ? "the configuration file is in force again"
              : "the configuration file is refused");
      refused = gateway.configRefused();
    }
    noteChanges(gateway.queue(), nowMillis);
  }

  private void noteChanges(QueueReading queue, long nowMillis) {
    if (queue.reachable() != before.reachable()) {
      boolean back = queue.reachable();
      add(
          nowMillis,
          "queue-store",
          back ? "ok" : "critical",
          "job store",
          back ? "it answers again" : "it does not answer");
    }
    if (queue.queued() > 0 && before.queued() == 0) {
      add(nowMillis, "queue", "info", "queue", "jobs wait");
    } else if (queue.queued() == 0 && before.queued() > 0) {
      add(nowMillis, "queue", "ok", "queue", "no job waits any more");
    }
    if (queue.dead() > before.dead()) {
      add(
          nowMillis,
          "dead-letters",
          "warning",
          "queue",
          "%d more jobs failed for good".formatted(queue.dead() - before.dead()));
    }
    before = queue;
  }

  private void circuitChanged(TargetReading target, Breaker.Position before, long nowMillis) {
    String name = target.name();
    switch (target.circuit()) {
      case OPEN ->
          add(
              nowMillis,
              "breaker",
              "warning",
              name,
              before == Breaker.Position.HALF_OPEN
                  ? "a probe failed: the circuit is open again"
                  : "the circuit opened: it " + (target.slow() ? "is far too slow" : "fails"));
      case HALF_OPEN ->
          add(nowMillis, "breaker", "info", name, "the circuit is half open: probes are sent");
      case CLOSED -> add(nowMillis, "breaker", "ok", name, "the circuit closed: it works again");
    }
  }

  /** To be called once a second. */
  void tick(Collection<RouteReading> routes, long nowMillis) {
    for (RouteReading route : routes) {
      Set<Disposition> used =
          inUse.computeIfAbsent(route.name(), name -> EnumSet.noneOf(Disposition.class));
      for (Disposition disposition : NOTED) {
        if (route.traffic().lately(disposition, 2) >= IN_USE && used.add(disposition)) {
          add(
              nowMillis,
              disposition.label(),
              level(disposition),
              route.name(),
              begins(disposition));
        } else if (route.traffic().lately(disposition, UNUSED_SECONDS) == 0
            && used.remove(disposition)) {
          add(nowMillis, disposition.label(), "ok", route.name(), ends(disposition));
        }
      }
    }
    noticeSpike(routes, nowMillis);
  }

  private void noticeSpike(Collection<RouteReading> routes, long nowMillis) {
    long now = 0;
    long minute = 0;
    for (RouteReading route : routes) {
      now += route.traffic().judged(SPIKE_SECONDS);
      minute += route.traffic().judged(RouteTraffic.SECONDS);
    }
    double rate = (double) now / SPIKE_SECONDS;
    seconds = Math.min(RouteTraffic.SECONDS, seconds + 1);
    double usual = (double) (minute - now) / Math.max(1, seconds - SPIKE_SECONDS);
    if (!spike
        && seconds >= USUAL_FROM_SECONDS
        && usual > 0
        && rate > MIN_SPIKE
        && rate > SPIKE * usual) {
      spike = true;
      add(
          nowMillis,
          "spike",
          "info",
          "",
          "traffic rose to %.0f calls a second, from %.1f".formatted(rate, usual));
    } else if (spike && rate < 1.5 * usual) {
      spike = false;
    }
  }

  /** Drops what is not in the configuration any more. */
  void keepOnly(Set<String> targets, Set<String> routes) {
    circuits.keySet().retainAll(targets);
    gated.retainAll(targets);
    inUse.keySet().retainAll(routes);
  }

  void add(long nowMillis, String kind, String level, @Nullable String about, String text) {
    if (last.size() == KEPT) {
      last.removeFirst();
    }
    last.addLast(new Event(++ids, nowMillis, kind, level, about == null ? "" : about, text));
  }

  private static String level(Disposition disposition) {
    return disposition == Disposition.REFUSED || disposition == Disposition.BROKEN
        ? "critical"
        : "warning";
  }

  private static String begins(Disposition disposition) {
    return switch (disposition) {
      case FALLBACK -> "calls fall back";
      case STALE -> "calls get stale answers";
      case CANNED -> "calls get canned answers";
      case BROKEN -> "streams break off";
      default -> "calls are refused";
    };
  }

  private static String ends(Disposition disposition) {
    return switch (disposition) {
      case FALLBACK -> "no call fell back for 10 s";
      case STALE -> "no call got a stale answer for 10 s";
      case CANNED -> "no call got a canned answer for 10 s";
      case BROKEN -> "no stream broke off for 10 s";
      default -> "no call was refused for 10 s";
    };
  }
}
