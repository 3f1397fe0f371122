package dev.forebay.it.wire;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.forebay.it.fleet.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The very first call of a gateway whose first two tiers are dead, each in the same way. */
enum DeadTiers implements WireCheck {
  REFUSED("[[closed1], [closed2], [two]]", "[]"),
  HANGING("[[one], [again], [two]]", "[{ 'model': '%s', 'hang': {} }]"),
  UNAVAILABLE("[[one], [again], [two]]", "[{ 'model': '%s', 'unavailable': {} }]");

  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final List<String> OPERATIONS = List.of("converse", "converse-stream");

  private final String tiers;
  private final String faults;

  DeadTiers(String tiers, String faults) {
    this.tiers = tiers;
    this.faults = faults;
  }

  @Override
  public String label() {
    return "dead-tiers-" + name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Site.Plan> plans() {
    return OPERATIONS.stream()
        .map(operation -> new Site.Plan(label() + "-" + operation, tiers, "", DEADLINE))
        .toList();
  }

  @Override
  public List<Row> measure(List<Site> sites) throws Exception {
    long from = sites.getFirst().load().nanos();
    for (int i = 0; i < sites.size(); i++) {
      sites.get(i).faults(faults.formatted(Site.ONE));
      sites.get(i).load().operation(OPERATIONS.get(i));
      sites.get(i).load().once(0);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      Load load = sites.get(i).load();
      await()
          .atMost(DEADLINE.plusSeconds(30))
          .until(() -> !load.began(from, load.nanos()).isEmpty());
      Load.Ended call = load.began(from, load.nanos()).getFirst();
      double took = call.isAnswered() ? (double) call.took().toNanos() / SECONDS.toNanos(1) : 999;
      rows.add(
          Row.atMost(
              "two dead tiers (%s), first %s: answered after, s"
                  .formatted(name().toLowerCase(Locale.ROOT), OPERATIONS.get(i)),
              took,
              (double) DEADLINE.toSeconds()));
    }
    return rows;
  }
}
