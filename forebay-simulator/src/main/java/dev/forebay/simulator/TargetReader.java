package dev.forebay.simulator;

import dev.forebay.simulator.QuotaModel.WindowKind;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** Reads what a target really is. */
final class TargetReader {
  private static final Distribution USUAL_FIRST_TOKEN = Distribution.LogNormal.of(0.6, 3);
  private static final Distribution USUAL_SPEED = Distribution.LogNormal.of(70, 140);

  static final QuotaModel NO_QUOTA = new QuotaModel(0, 0, 1, 1, WindowKind.FIXED);

  private TargetReader() {}

  static TargetModel target(String name, Value value) {
    Fields fields =
        value.fields(
            "model", "region", "quota", "latency", "maxConcurrency", "othersLoad", "faults");
    Distribution[] latency =
        fields.get(
            "latency", TargetReader::latency, new Distribution[] {USUAL_FIRST_TOKEN, USUAL_SPEED});
    return new TargetModel(
        name,
        fields.get("model", Value::text, name),
        fields.get("region", Value::text, ""),
        fields.get("quota", TargetReader::quota, NO_QUOTA),
        latency[0],
        latency[1],
        fields
            .get("maxConcurrency", v -> v.whole(1))
            .map(n -> OptionalInt.of((int) Math.min(n, Integer.MAX_VALUE)))
            .orElse(OptionalInt.empty()),
        fields.get("othersLoad", v -> Readers.curve(v, "tokensPerMinute"), Curve.constant(0)),
        fields.get("faults", v -> v.items().stream().map(TargetReader::fault).toList(), List.of()));
  }

  private static QuotaModel quota(Value value) {
    Fields fields =
        value.fields("requestsPerMinute", "tokensPerMinute", "burndown", "reserve", "window");
    return new QuotaModel(
        fields.get("requestsPerMinute", v -> v.whole(1), 0L),
        fields.get("tokensPerMinute", v -> v.whole(1), 0L),
        fields.get("burndown", v -> v.number(0), 1.0),
        fields.get("reserve", v -> v.number(0), 1.0),
        fields.get(
            "window",
            v -> v.choice(WindowKind.values(), kind -> kind.name().toLowerCase(Locale.ROOT)),
            WindowKind.FIXED));
  }

  private static Distribution[] latency(Value value) {
    Fields fields = value.fields("timeToFirstToken", "tokensPerSecond");
    return new Distribution[] {
      fields.get(
          "timeToFirstToken", v -> Readers.distribution(v, Readers::seconds), USUAL_FIRST_TOKEN),
      fields.get("tokensPerSecond", v -> Readers.distribution(v, Value::positive), USUAL_SPEED)
    };
  }

  private static Fault fault(Value value) {
    Fields fields =
        value.fields(
            "from", "until", "what", "rate", "status", "timeToFirstToken", "tokensPerSecond");
    long from = fields.get("from", v -> v.duration().toNanos(), 0L);
    long until = fields.get("until", v -> v.duration().toNanos(), Long.MAX_VALUE);
    if (until <= from) {
      throw value.refuse("ends before it begins", "correct from or until");
    }
    String[] kinds = {"outage", "errors", "throttle", "slow", "hang"};
    String what = fields.need("what", v -> v.choice(kinds, word -> word), "outage");
    return switch (what) {
      case "errors" ->
          new Fault.Errors(from, until, fields.get("rate", Readers::share, 1.0), status(fields));
      case "throttle" -> new Fault.Throttle(from, until);
      case "slow" ->
          new Fault.Slow(
              from,
              until,
              fields.get("timeToFirstToken", Value::positive, 1.0),
              1 / fields.get("tokensPerSecond", Value::positive, 1.0));
      case "hang" -> new Fault.Hang(from, until);
      default -> new Fault.Outage(from, until);
    };
  }

  private static int status(Fields fields) {
    return fields.get(
        "status",
        v -> Integer.parseInt(v.choice(new String[] {"500", "503", "429"}, word -> word)),
        500);
  }
}
