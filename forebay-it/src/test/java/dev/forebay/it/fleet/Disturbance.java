package dev.forebay.it.fleet;

import java.time.Duration;

/** What is done to a fleet, and undone. */
enum Disturbance {
  NOTHING("nothing", Duration.ofSeconds(8), false),

  /** Its callers go to the others; it stays dead. */
  KILL_MEMBER("SIGKILL of a member", Duration.ZERO, true) {
    @Override
    void begin(Rig rig) throws Exception {
      rig.member(0).kill();
    }

    @Override
    void clear(Rig rig) {
      rig.member(0).launch();
      rig.member(0).awaitReady();
    }
  },
  STOP_MEMBER("SIGSTOP of a member", Duration.ofSeconds(6), true) {
    @Override
    void begin(Rig rig) throws Exception {
      Rig.signal(rig.member(0).pid(), "-STOP");
    }

    @Override
    void end(Rig rig) throws Exception {
      Rig.signal(rig.member(0).pid(), "-CONT");
    }
  },
  KILL_STORE("SIGKILL of the store", Duration.ofSeconds(8), false) {
    @Override
    void begin(Rig rig) throws Exception {
      rig.redis().kill();
    }

    @Override
    void end(Rig rig) {
      rig.redis().start(RedisProcess.PASSWORD);
    }
  },
  STOP_STORE("SIGSTOP of the store", Duration.ofSeconds(8), false) {
    @Override
    void begin(Rig rig) throws Exception {
      Rig.signal(rig.redis().pid(), "-STOP");
    }

    @Override
    void end(Rig rig) throws Exception {
      Rig.signal(rig.redis().pid(), "-CONT");
    }
  },
  FLUSH("FLUSHALL", Duration.ZERO, false) {
    @Override
    void begin(Rig rig) {
      rig.redis().ask("FLUSHALL");
    }
  },
  WRONG_PASSWORD("restart with another password", Duration.ofSeconds(8), false) {
    @Override
    void begin(Rig rig) throws Exception {
      rig.redis().kill();
      rig.redis().start("another");
    }

    @Override
    void end(Rig rig) throws Exception {
      rig.redis().kill();
      rig.redis().start(RedisProcess.PASSWORD);
    }
  },
  FULL("store full (noeviction)", Duration.ofSeconds(8), false) {
    @Override
    void begin(Rig rig) {
      rig.redis().ask("CONFIG SET maxmemory 1");
    }

    @Override
    void end(Rig rig) {
      rig.redis().ask("CONFIG SET maxmemory 0");
    }
  },
  PARTITION("two of four cut off", Duration.ofSeconds(12), false) {
    @Override
    void begin(Rig rig) {
      rig.link(0).cut(true);
      rig.link(1).cut(true);
    }

    @Override
    void end(Rig rig) {
      rig.link(0).cut(false);
      rig.link(1).cut(false);
    }
  };

  /** As the table calls it. */
  final String label;

  /** From {@link #begin} to {@link #end}. */
  final Duration lasts;

  /** Whether the first member's own callers see it, which is no news. */
  final boolean hitsFirst;

  Disturbance(String label, Duration lasts, boolean hitsFirst) {
    this.label = label;
    this.lasts = lasts;
    this.hitsFirst = hitsFirst;
  }

  void begin(Rig rig) throws Exception {}

  void end(Rig rig) throws Exception {}

  /** After the measurement, for the next one. */
  void clear(Rig rig) {}
}
