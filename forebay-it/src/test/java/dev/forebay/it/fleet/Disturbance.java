package dev.forebay.it.fleet;

import dev.forebay.it.process.Signals;
import java.time.Duration;
import java.util.Map;

/** What is done to a fleet, and undone. */
enum Disturbance {
  NOTHING("nothing", 8, Rig.NONE, rig -> {}, rig -> {}),

  /** Its callers go to the others; it stays dead. */
  KILL_GATEWAY("SIGKILL of a gateway", 0, Rig.GATEWAY, kill(Rig.GATEWAY), rig -> {}),
  KILL_PROGRAM("SIGKILL of a program", 0, Rig.PROGRAM, kill(Rig.PROGRAM), rig -> {}),
  STOP_GATEWAY(
      "SIGSTOP of a gateway",
      6,
      Rig.GATEWAY,
      signal(Rig.GATEWAY, "-STOP"),
      signal(Rig.GATEWAY, "-CONT")),
  STOP_PROGRAM(
      "SIGSTOP of a program",
      6,
      Rig.PROGRAM,
      signal(Rig.PROGRAM, "-STOP"),
      signal(Rig.PROGRAM, "-CONT")),
  KILL_STORE(
      "SIGKILL of the store",
      8,
      Rig.NONE,
      rig -> rig.redis().kill(),
      rig -> rig.redis().start(RedisProcess.PASSWORD)),
  STOP_STORE(
      "SIGSTOP of the store",
      8,
      Rig.NONE,
      rig -> Signals.send(rig.redis().pid(), "-STOP"),
      rig -> Signals.send(rig.redis().pid(), "-CONT")),
  FLUSH("FLUSHALL", 0, Rig.NONE, rig -> rig.redis().ask("FLUSHALL"), rig -> {}),
  WRONG_PASSWORD(
      "restart with another password",
      8,
      Rig.NONE,
      rig -> {
        rig.redis().kill();
        rig.redis().start("another");
      },
      rig -> {
        rig.redis().kill();
        rig.redis().start(RedisProcess.PASSWORD);
      }),
  FULL(
      "store full (noeviction)",
      8,
      Rig.NONE,
      rig -> rig.redis().ask("CONFIG SET maxmemory 1"),
      rig -> rig.redis().ask("CONFIG SET maxmemory 0")),
  CLOCK_AHEAD(
      "the store's clock 5 s ahead",
      8,
      Rig.NONE,
      rig -> rig.redis().skew(5),
      rig -> rig.redis().skew(0)),
  SLOW(
      "300 ms to the store and back",
      12,
      Rig.NONE,
      delay(Duration.ofMillis(150)),
      delay(Duration.ZERO)),
  PARTITION("half of them cut off", 12, Rig.NONE, cut(true), cut(false)),
  FAILOVER_KILL(
      "SIGKILL of a primary with a sentinel",
      8,
      Rig.NONE,
      rig -> rig.pair().killPrimary(),
      rig -> rig.pair().startAgain()),
  FAILOVER_STOP(
      "SIGSTOP of a primary with a sentinel",
      8,
      Rig.NONE,
      rig -> rig.pair().stopPrimary(),
      rig -> rig.pair().goOn()),
  KILL_DATABASE(
      "SIGKILL of PostgreSQL",
      5,
      Rig.NONE,
      rig -> rig.database().kill(),
      rig -> rig.database().start()),
  STOP_DATABASE(
      "SIGSTOP of PostgreSQL",
      5,
      Rig.NONE,
      rig -> rig.database().signal("-STOP"),
      rig -> rig.database().signal("-CONT"));

  /** As the table calls it. */
  final String label;

  /** From the beginning to the end. */
  final Duration lasts;

  /** The member whose own callers see it, which is no news, or {@link Rig#NONE}. */
  final int hits;

  /** A function of the rig alone, as {@link #end}. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Step begin;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Step end;

  private interface Step {
    void take(Rig rig) throws Exception;
  }

  Disturbance(String label, int seconds, int hits, Step begin, Step end) {
    this.label = label;
    this.lasts = Duration.ofSeconds(seconds);
    this.hits = hits;
    this.begin = begin;
    this.end = end;
  }

  private static Step kill(int member) {
    return rig -> rig.member(member).kill();
  }

  private static Step signal(int member, String signal) {
    return rig -> Signals.send(rig.member(member).pid(), signal);
  }

  private static Step cut(boolean cut) {
    return rig -> {
      for (int pair = 0; pair < Rig.GATEWAYS / 2; pair++) {
        rig.link(Rig.GATEWAY + pair).cut(cut);
        rig.link(Rig.PROGRAM + pair).cut(cut);
      }
    };
  }

  private static Step delay(Duration each) {
    return rig -> {
      for (int member = 0; member < Rig.MEMBERS; member++) {
        rig.link(member).delay(each);
      }
    };
  }

  /** Whether it needs a store whose clock can be set, or relays. */
  boolean isOfRelays() {
    return this == CLOCK_AHEAD || this == SLOW;
  }

  /** Whether it needs a primary and a replica. */
  boolean isOfPair() {
    return this == FAILOVER_KILL || this == FAILOVER_STOP;
  }

  /** Whether it needs jobs in a database. */
  boolean isOfJobs() {
    return this == KILL_DATABASE || this == STOP_DATABASE;
  }

  /** What the machine lacks for it; empty if nothing. */
  String lacks() {
    return this != CLOCK_AHEAD || RedisProcess.hasClock()
        ? ""
        : "libfaketime (apt-get install faketime)";
  }

  /** How many members say what of the store at its end, by how that begins. */
  Map<String, Integer> says() {
    return switch (this) {
      case KILL_GATEWAY, KILL_PROGRAM, STOP_GATEWAY, STOP_PROGRAM ->
          Map.of("leases", Rig.MEMBERS - 1, "no status", 1);
      case KILL_STORE -> Map.of("silent: the connection to the store is lost", Rig.MEMBERS);
      case STOP_STORE -> Map.of("silent: the store is too slow or cut off", Rig.MEMBERS);
      case WRONG_PASSWORD -> Map.of("silent: wrong user or password", Rig.MEMBERS);
      case SLOW -> Map.of("leasesNothing: the store is too slow or cut off", Rig.MEMBERS);
      case PARTITION ->
          Map.of(
              "leases",
              Rig.MEMBERS / 2,
              "silent: the store is too slow or cut off",
              Rig.MEMBERS / 2);
      case NOTHING,
          FLUSH,
          FULL,
          CLOCK_AHEAD,
          FAILOVER_KILL,
          FAILOVER_STOP,
          KILL_DATABASE,
          STOP_DATABASE ->
          Map.of("leases", Rig.MEMBERS);
    };
  }

  void begin(Rig rig) throws Exception {
    begin.take(rig);
  }

  void end(Rig rig) throws Exception {
    end.take(rig);
  }
}
