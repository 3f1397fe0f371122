package dev.forebay.simulator;

import dev.forebay.simulator.ClusterModel.Outage;
import java.util.List;

/** Reads what the gateways' store really is. */
final class ClusterReader {
  private static final Distribution USUAL_LATENCY = new Distribution.Fixed(0.002);
  private static final int USUAL_MEMBERS = 2;

  private ClusterReader() {}

  static ClusterModel cluster(Value value) {
    Fields fields = value.fields("latency", "lost", "down", "flushedAt", "lifetime", "members");
    return new ClusterModel(
        fields.get("latency", v -> Readers.distribution(v, Readers::seconds), USUAL_LATENCY),
        fields.get("lost", Readers::share, 0.0),
        fields.get("down", v -> v.items().stream().map(ClusterReader::outage).toList(), List.of()),
        fields.get(
            "flushedAt",
            v -> v.items().stream().map(each -> each.duration().toNanos()).toList(),
            List.of()),
        fields.get("lifetime", v -> Readers.distribution(v, ClusterReader::positiveSeconds)),
        fields.get("members", v -> (int) Math.min(v.whole(1), Integer.MAX_VALUE), USUAL_MEMBERS));
  }

  private static Outage outage(Value value) {
    Fields fields = value.fields("from", "until");
    long from = fields.need("from", v -> v.duration().toNanos(), 0L);
    long until = fields.need("until", v -> v.duration().toNanos(), Long.MAX_VALUE);
    if (until <= from) {
      throw value.refuse("ends before it begins", "correct from or until");
    }
    return new Outage(from, until);
  }

  private static double positiveSeconds(Value value) {
    return value.positiveDuration().toNanos() / 1e9;
  }
}
