package dev.forebay.simulator;

import dev.forebay.simulator.report.TargetResult;

/** One target under way: its quota's state, and what reached it. */
final class TargetWorld {
  /** An error comes back this fast. */
  static final long ERROR_NANOS = 20_000_000;

  /** The stream of a call's speed, which is no attempt's number. */
  private static final long SPEED = -1;

  private static final double NO_LIMIT = Double.MAX_VALUE;

  final TargetModel model;
  final int index;
  private final Meter tokens;
  private final Meter requests;
  private final Draws draws = new Draws(0);
  private final long seed;
  private final long measureFrom;
  private final long measureUntil;
  private int inFlight;

  long attempts;
  long attemptsWhileDown;
  long throttled;
  double overAsked;
  double charged;
  double wasted;

  TargetWorld(TargetModel model, int index, long seed, long measureFrom, long measureUntil) {
    this.model = model;
    this.index = index;
    this.tokens = Meter.of(model.quota().window());
    this.requests = Meter.of(model.quota().window());
    this.seed = Draws.mix(seed, model.name());
    this.measureFrom = measureFrom;
    this.measureUntil = measureUntil;
  }

  /** A request arrives. What it meets depends on the call and the number of its try alone. */
  Sending send(PlannedCall call, int attempt, long now) {
    boolean measured = measures(now);
    if (measured) {
      attempts++;
    }
    Fault.Slow slow = null;
    boolean hang = false;
    draws.reseed(Draws.mix(call.seed() ^ seed, attempt));
    double luck = draws.nextDouble();
    for (Fault fault : model.faults()) {
      if (!fault.active(now)) {
        continue;
      }
      if (fault.down() && measured) {
        attemptsWhileDown++;
      }
      switch (fault) {
        case Fault.Outage f -> {
          return refused(call, 503, now);
        }
        case Fault.Errors f -> {
          if (luck < f.rate()) {
            return refused(call, f.status(), now);
          }
        }
        case Fault.Throttle f -> {
          return throttle(call, 0, now);
        }
        case Fault.Slow f -> slow = f;
        case Fault.Hang f -> hang = true;
      }
    }
    if (model.maxConcurrency().isPresent() && inFlight >= model.maxConcurrency().getAsInt()) {
      return refused(call, 503, now);
    }
    double need = model.quota().reserved(call);
    if (!requests.fits(now, 1, requestLimit()) || !tokens.fits(now, need, tokenLimit(now))) {
      return throttle(call, need, now);
    }
    requests.take(now, 1);
    tokens.take(now, need);
    inFlight++;
    if (hang) {
      return new Sending(this, call, now, 200, Sending.NEVER, Sending.NEVER, need);
    }
    draws.reseed(Draws.mix(call.seed() ^ seed, SPEED));
    double first = model.timeToFirstToken().sample(draws);
    double rest = call.outputTokens() / model.tokensPerSecond().sample(draws);
    if (slow != null) {
      first *= slow.firstToken();
      rest *= slow.perToken();
    }
    long content = now + Math.round(first * 1e9);
    return new Sending(this, call, now, 200, content, content + Math.round(rest * 1e9), need);
  }

  /** How long the call's answer takes at least, whichever attempt gives it. */
  long serviceNanos(PlannedCall call) {
    draws.reseed(Draws.mix(call.seed() ^ seed, SPEED));
    double first = model.timeToFirstToken().sample(draws);
    double rest = call.outputTokens() / model.tokensPerSecond().sample(draws);
    double firstFactor = 1;
    double restFactor = 1;
    for (Fault fault : model.faults()) {
      if (fault instanceof Fault.Slow slow) {
        firstFactor = Math.min(firstFactor, slow.firstToken());
        restFactor = Math.min(restFactor, slow.perToken());
      }
    }
    return Math.round(first * firstFactor * 1e9) + Math.round(rest * restFactor * 1e9);
  }

  void release(Sending sending, int output, long now) {
    inFlight--;
    double used = model.quota().settled(sending.call.inputTokens(), output);
    tokens.settle(sending.begunNanos, now, sending.reserved, used);
    if (measures(sending.begunNanos)) {
      charged += used;
      if (now < sending.endNanos) {
        wasted += used;
      }
    }
  }

  /** The part of the quota that is taken, 0 if there is no quota of tokens. */
  double level(long now) {
    double limit = tokenLimit(now);
    return limit == NO_LIMIT ? 0 : tokens.used(now, limit) / Math.max(1, limit);
  }

  double tokenLimit(long now) {
    long limit = model.quota().tokensPerMinute();
    return limit == 0 ? NO_LIMIT : Math.max(0, limit - model.othersLoad().at(now));
  }

  TargetResult result() {
    double minutes = (double) (measureUntil - measureFrom) / Meter.MINUTE;
    double quota = model.quota().tokensPerMinute() * minutes;
    return new TargetResult(
        model.name(),
        attempts,
        attemptsWhileDown,
        throttled,
        charged,
        quota == 0 ? 0 : charged / quota,
        quota == 0 ? 0 : overAsked / quota);
  }

  private double requestLimit() {
    long limit = model.quota().requestsPerMinute();
    return limit == 0 ? NO_LIMIT : limit;
  }

  private Sending throttle(PlannedCall call, double asked, long now) {
    if (measures(now)) {
      throttled++;
      overAsked += asked;
    }
    return refused(call, 429, now);
  }

  private Sending refused(PlannedCall call, int status, long now) {
    return new Sending(this, call, now, status, Sending.NEVER, now + ERROR_NANOS, 0);
  }

  private boolean measures(long at) {
    return at >= measureFrom && at < measureUntil;
  }
}
