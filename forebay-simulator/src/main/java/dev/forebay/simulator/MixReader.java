package dev.forebay.simulator;

import dev.forebay.config.Nearest;
import dev.forebay.core.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads who calls: tenants and kinds of calls. */
final class MixReader {
  private static final Duration USUAL_DEADLINE = Duration.ofSeconds(60);

  private final Map<String, Double> tenants;

  private MixReader(Map<String, Double> tenants) {
    this.tenants = tenants;
  }

  static MixReader of(Optional<Value> tenants) {
    Map<String, Double> weights = new LinkedHashMap<>();
    tenants.ifPresent(
        all -> Fields.entries(all).forEach((name, weight) -> weights.put(name, weight(weight))));
    return new MixReader(weights);
  }

  private static double weight(Value value) {
    return value.isScalar()
        ? value.positive()
        : value.fields("weight").get("weight", Value::positive, 1.0);
  }

  List<CallClass> mix(Value value) {
    List<CallClass> kinds = new ArrayList<>();
    Fields.entries(value).forEach((name, kind) -> kinds.add(kind(name, kind)));
    if (kinds.isEmpty()) {
      throw value.refuse("has no calls", "add a kind of calls");
    }
    return kinds;
  }

  private CallClass kind(String name, Value value) {
    Fields fields =
        value.fields(
            "weight",
            "perSecond",
            "priority",
            "tenant",
            "streaming",
            "inputTokens",
            "maxTokens",
            "outputTokens",
            "deadline");
    if (fields.has("weight") && fields.has("perSecond")) {
      throw value.refuse("has a weight and its own rate", "drop weight or perSecond");
    }
    String tenant = fields.get("tenant", this::tenant, "everyone");
    return new CallClass(
        name,
        fields.get("weight", v -> v.number(0), 1.0),
        fields.get("perSecond", v -> Readers.curve(v, "perSecond")),
        fields.get(
            "priority",
            v -> v.choice(Priority.values(), p -> p.name().toLowerCase(Locale.ROOT)),
            Priority.STANDARD),
        tenant,
        tenants.getOrDefault(tenant, 1.0),
        fields.get("streaming", Value::flag, false),
        fields.need("inputTokens", MixReader::tokens, new Distribution.Fixed(1)),
        fields.need("maxTokens", MixReader::tokens, new Distribution.Fixed(1)),
        fields.need("outputTokens", MixReader::tokens, new Distribution.Fixed(1)),
        fields.get("deadline", Value::positiveDuration, USUAL_DEADLINE));
  }

  private String tenant(Value value) {
    String name = value.text();
    if (!tenants.containsKey(name)) {
      throw value.refuse(
          "there is no tenant '" + name + "'",
          tenants.isEmpty() ? "add tenants" : Nearest.remedy(name, tenants.keySet()));
    }
    return name;
  }

  private static Distribution tokens(Value value) {
    return Readers.distribution(value, v -> v.number(0));
  }
}
