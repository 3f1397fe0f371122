package dev.forebay.cluster;

import dev.forebay.core.Ticker;
import dev.forebay.core.targets.TargetRegistry;
import dev.forebay.core.targets.TargetState;

/**
 * What one member reports of its targets' health, and learns of the others'. Not thread-safe: for
 * the member's executor.
 */
final class SharedBreakers {
  private final String id;
  private final SharedStore store;
  private final StoreAccess access;
  private final Membership membership;
  private final TargetRegistry targets;
  private final Ticker ticker;

  SharedBreakers(
      String id,
      SharedStore store,
      StoreAccess access,
      Membership membership,
      TargetRegistry targets,
      Ticker ticker) {
    this.id = id;
    this.store = store;
    this.access = access;
    this.membership = membership;
    this.targets = targets;
    this.ticker = ticker;
  }

  private SharedCircuit circuit(Share share, TargetState state) {
    SharedCircuit known = share.circuit;
    if (known == null) {
      known = new SharedCircuit(state.breaker());
      share.circuit = known;
    }
    return known;
  }

  /** Says what this member thinks of the target's health, and asks before it probes. */
  void judge(Share share, TargetState state, long nowMillis) {
    switch (circuit(share, state).due(ticker.nanos(), nowMillis)) {
      case NOTHING -> {}
      case SAY_OPEN ->
          access.ask(
              store.open(share.quota, id, true), count -> opened(share, Math.toIntExact(count)));
      case SAY_CLOSED ->
          access.ask(
              store.open(share.quota, id, false),
              count -> {},
              () -> circuit(share, state).closedUnheard(nowMillis));
      case ASK_TO_PROBE ->
          access.ask(
              store.probe(share.quota, id, SharedStore.PROBE_MILLIS),
              millis -> circuit(share, state).answered(millis, ticker.nanos()));
      case KEEP_LEAVE -> {
        long millis = circuit(share, state).keepMillis(ticker.nanos());
        access.ask(store.probe(share.quota, id, millis), kept -> {});
      }
    }
  }

  /** So many members find the target broken. */
  void opened(Share share, int count) {
    long nanos = ticker.nanos();
    TargetState state = targets.state(share.target, nanos);
    circuit(share, state).count(count, membership.count(), nanos);
    state.recheckQueue(nanos);
    state.circuitChanged(nanos);
  }

  /** A probe has found that it works; so many members found it broken. */
  void works(Share share, int count) {
    long nanos = ticker.nanos();
    TargetState state = targets.state(share.target, nanos);
    circuit(share, state).works(count, nanos);
    state.circuitChanged(nanos);
  }
}
