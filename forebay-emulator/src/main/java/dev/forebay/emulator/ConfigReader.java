package dev.forebay.emulator;

import dev.forebay.emulator.Quota.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** Reads a configuration document. */
final class ConfigReader {
  static final List<String> MODEL =
      List.of("family", "maxTokens", "quota", "latency", "outputTokens", "serviceTiers");

  private ConfigReader() {}

  static EmulatorConfig config(Node node) {
    EmulatorConfig unset = EmulatorConfig.EMPTY;
    Fields fields =
        Fields.of(
            node,
            List.of(
                "host",
                "port",
                "seed",
                "speed",
                "anyModel",
                "requireAuth",
                "models",
                "otherModels",
                "faults"));
    return new EmulatorConfig(
        fields.get("host").map(Node::text).orElse(unset.host()),
        fields.get("port").map(ConfigReader::port).orElse(unset.port()),
        fields.get("seed").map(seed -> seed.integer(0)).orElse(unset.seed()),
        fields.get("speed").map(ConfigReader::positive).orElse(unset.speed()),
        fields.get("anyModel").map(Node::flag).orElse(unset.anyModel()),
        fields.get("requireAuth").map(Node::flag).orElse(unset.requireAuth()),
        fields.get("models").map(ConfigReader::models).orElse(unset.models()),
        fields
            .get("otherModels")
            .map(other -> model(other, Family.CLAUDE, withoutFamily()))
            .orElse(unset.otherModels()),
        fields.get("faults").map(faults -> faults.list(FaultReader::fault)).orElse(List.of()));
  }

  private static List<String> withoutFamily() {
    return MODEL.stream().filter(key -> !key.equals("family")).toList();
  }

  private static int port(Node node) {
    long port = node.integer(0);
    if (port > 65535) {
      throw node.place().refuse("expected a port of 0 to 65535, not " + port);
    }
    return (int) port;
  }

  private static double positive(Node node) {
    double value = node.number(0);
    if (value == 0) {
      throw node.place().refuse("expected more than 0");
    }
    return value;
  }

  private static Map<String, ModelConfig> models(Node node) {
    Map<String, ModelConfig> models = new LinkedHashMap<>();
    node.mapping().entries().forEach((id, model) -> models.put(id, model(id, model)));
    return models;
  }

  private static ModelConfig model(String id, Node node) {
    Family family =
        Fields.of(node, MODEL)
            .get("family")
            .map(value -> value.choice(Family.values(), Family::key))
            .or(() -> Family.of(new ModelId(id)))
            .orElseThrow(() -> node.place().refuse("needs the key family: its id names none"));
    return model(node, family, MODEL);
  }

  private static ModelConfig model(Node node, Family family, List<String> known) {
    ModelConfig unset = ModelConfig.of(family);
    Fields fields = Fields.of(node, known);
    return new ModelConfig(
        family,
        fields.get("maxTokens").map(ConfigReader::tokens).orElse(unset.maxTokens()),
        fields.get("quota").map(ConfigReader::quota).orElse(unset.quota()),
        fields.get("latency").map(ConfigReader::latency).orElse(unset.latency()),
        fields.get("outputTokens").map(ConfigReader::plain).orElse(unset.outputTokens()),
        fields
            .get("serviceTiers")
            .map(tiers -> Set.copyOf(tiers.list(FaultReader::tier)))
            .orElse(unset.serviceTiers()));
  }

  private static int tokens(Node node) {
    return (int) Math.min(node.integer(1), Integer.MAX_VALUE);
  }

  private static Quota quota(Node node) {
    Fields fields =
        Fields.of(
            node,
            List.of(
                "requestsPerMinute",
                "tokensPerMinute",
                "tokensPerDay",
                "burndown",
                "reserve",
                "window"));
    return new Quota(
        limit(fields, "requestsPerMinute"),
        limit(fields, "tokensPerMinute"),
        limit(fields, "tokensPerDay"),
        fields.get("burndown").map(value -> value.number(0)).orElse(1.0),
        fields.get("reserve").map(value -> value.number(0)).orElse(1.0),
        fields
            .get("window")
            .map(value -> value.choice(Window.values(), Window::key))
            .orElse(Window.FIXED));
  }

  private static OptionalLong limit(Fields fields, String key) {
    return fields
        .get(key)
        .map(node -> OptionalLong.of(node.integer(0)))
        .orElse(OptionalLong.empty());
  }

  private static Latency latency(Node node) {
    Fields fields = Fields.of(node, List.of("timeToFirstToken", "tokensPerSecond"));
    return new Latency(
        fields
            .get("timeToFirstToken")
            .map(value -> distribution(value, ConfigReader::milliseconds))
            .orElse(Latency.TYPICAL.timeToFirstToken()),
        fields
            .get("tokensPerSecond")
            .map(value -> distribution(value, ConfigReader::positive))
            .orElse(Latency.TYPICAL.tokensPerSecond()));
  }

  private static Distribution plain(Node node) {
    return distribution(node, value -> value.number(0));
  }

  private static double milliseconds(Node node) {
    return node.duration().toNanos() / 1e6;
  }

  /** A bare value is a fixed one. */
  private static Distribution distribution(Node node, ToDoubleFunction<Node> unit) {
    if (node instanceof Node.Scalar) {
      return new Distribution.Fixed(unit.applyAsDouble(node));
    }
    Fields fields = Fields.of(node, List.of("fixed", "median", "p99", "min", "max"));
    List<String> given = List.copyOf(node.mapping().entries().keySet());
    try {
      if (given.equals(List.of("fixed"))) {
        return new Distribution.Fixed(unit.applyAsDouble(fields.need("fixed")));
      }
      if (fields.get("median").isPresent() && given.size() == 2) {
        return new Distribution.LogNormal(
            unit.applyAsDouble(fields.need("median")), unit.applyAsDouble(fields.need("p99")));
      }
      if (fields.get("min").isPresent() && given.size() == 2) {
        return new Distribution.Uniform(
            unit.applyAsDouble(fields.need("min")), unit.applyAsDouble(fields.need("max")));
      }
    } catch (IllegalArgumentException e) {
      throw node.place().refuse(String.valueOf(e.getMessage()));
    }
    throw node.place().refuse("expected fixed, or median and p99, or min and max");
  }
}
