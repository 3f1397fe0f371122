package dev.forebay.cluster;

import dev.forebay.core.FleetReading;
import dev.forebay.core.FleetReading.Store;
import dev.forebay.core.Ticker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What is known of a fleet, as one of its members shows it. {@link #reading} and {@link #watched}
 * are thread-safe; the rest is for the member's executor.
 */
final class MemberReading {
  private static final long SHOW_MILLIS = 100;

  /** A member that has not looked for so long leases nothing, whatever it said. */
  private static final long STANDS_STILL_NANOS = Duration.ofSeconds(2).toNanos();

  private final String id;
  private final SharedStore store;
  private final StoreAccess access;
  private final Membership membership;
  private final Watch watch = new Watch();
  private final Ticker ticker;
  private final BooleanSupplier rests;
  private volatile long shownNanos;
  private long shownMillis;
  private long shownOperations;
  private volatile FleetReading reading;

  /**
   * Of that member.
   *
   * @param rests whether it means to look at nothing
   */
  MemberReading(
      String id,
      SharedStore store,
      StoreAccess access,
      Membership membership,
      int assumed,
      Ticker ticker,
      BooleanSupplier rests) {
    this.ticker = ticker;
    this.rests = rests;
    this.id = id;
    this.store = store;
    this.access = access;
    this.membership = membership;
    this.reading =
        new FleetReading(id, Store.SILENT, assumed, List.of(), Map.of(), 0, 0, "", Duration.ZERO);
  }

  FleetReading reading() {
    FleetReading shown = reading;
    boolean standsStill =
        !rests.getAsBoolean() && ticker.nanos() - shownNanos >= STANDS_STILL_NANOS;
    return standsStill ? shown.silent() : shown;
  }

  /** The same, and for some seconds which member has which part. */
  FleetReading watched() {
    watch.go();
    return reading();
  }

  /** Asks which member has which part while that is watched, and shows what has changed. */
  void tick(Map<String, Share> shares, long nowMillis) {
    if (watch.isDue(nowMillis)) {
      shares.values().stream()
          .map(share -> share.quota)
          .distinct()
          .forEach(quota -> access.ask(store.held(quota), leases -> watch.held(quota, leases)));
    }
    if (nowMillis - shownMillis >= SHOW_MILLIS || access.operations() != shownOperations) {
      show(shares, nowMillis);
    }
  }

  private void show(Map<String, Share> shares, long nowMillis) {
    shownMillis = nowMillis;
    shownNanos = ticker.nanos();
    shownOperations = access.operations();
    Map<String, FleetReading.Slice> slices = new LinkedHashMap<>();
    shares.forEach(
        (name, share) -> slices.put(name, share.reading(watch.parts(share.quota), nowMillis)));
    reading =
        new FleetReading(
            id,
            storeState(shares, nowMillis),
            membership.count(),
            membership.names(),
            slices,
            access.operations(),
            access.failures(),
            access.lastFailure(),
            access.lastFailureAge());
  }

  private Store storeState(Map<String, Share> shares, long nowMillis) {
    if (!access.isReachable()) {
      return Store.SILENT;
    }
    boolean starves = shares.values().stream().anyMatch(share -> share.isStarved(nowMillis));
    return starves ? Store.LEASES_NOTHING : Store.LEASES;
  }
}
