package dev.forebay.emulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The models that answer, each with its quota under way. */
final class Models {
  /** Bounds what callers can make the emulator remember by asking for ever new ids. */
  private static final int MOST_UNLISTED = 1000;

  private final EmulatorConfig config;
  private final Map<String, Model> known = new LinkedHashMap<>();

  Models(EmulatorConfig config) {
    this.config = config;
    config.models().forEach((id, model) -> known.put(id, new Model(id, model)));
  }

  /** A model by the name that its quota and counters go by. */
  record Model(String name, ModelConfig config, QuotaBucket quota) {
    Model(String name, ModelConfig config) {
      this(name, config, new QuotaBucket(config.quota()));
    }
  }

  Optional<Model> find(ModelId id) {
    for (String name : id.names()) {
      Model model = known.get(name);
      if (model != null) {
        return Optional.of(model);
      }
    }
    int most = config.models().size() + MOST_UNLISTED;
    return config.anyModel() && known.size() < most
        ? Family.of(id).map(family -> unlisted(id.profile(), family))
        : Optional.empty();
  }

  private Model unlisted(String name, Family family) {
    ModelConfig like = config.otherModels();
    ModelConfig model =
        new ModelConfig(
            family,
            like.maxTokens(),
            like.quota(),
            like.latency(),
            like.outputTokens(),
            like.serviceTiers());
    return known.computeIfAbsent(name, key -> new Model(key, model));
  }
}
