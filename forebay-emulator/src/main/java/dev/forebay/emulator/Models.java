package dev.forebay.emulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

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
  record Model(String name, ModelConfig config, QuotaBucket quota, PromptCache cache) {
    Model(String name, ModelConfig config) {
      this(name, config, new QuotaBucket(config.quota()), new PromptCache());
    }

    /** The same model in the form of another family. */
    Model of(Family family) {
      return config.family() == family ? this : new Model(name, config.in(family), quota, cache);
    }
  }

  /**
   * The model that answers.
   *
   * @param body shows the family where the id does not, as that of an application's inference
   *     profile
   */
  Optional<Model> find(ModelId id, JsonNode body) {
    Optional<Model> found = find(id);
    return id.hides()
        ? found.map(
            model ->
                config.models().containsKey(model.name()) ? model : model.of(Family.ofBody(body)))
        : found;
  }

  Optional<Model> find(ModelId id) {
    Optional<Model> model = known(id);
    if (model.isPresent()) {
      return model;
    }
    int most = config.models().size() + MOST_UNLISTED;
    Optional<Family> family = id.hides() ? Optional.of(Family.CLAUDE) : Family.of(id);
    return config.anyModel() && known.size() < most
        ? family.map(guessed -> unlisted(id.profile(), guessed))
        : Optional.empty();
  }

  private Optional<Model> known(ModelId id) {
    for (String name : id.names()) {
      Model model = known.get(name);
      if (model != null) {
        return Optional.of(model);
      }
    }
    return Optional.empty();
  }

  private Model unlisted(String name, Family family) {
    ModelConfig like = config.otherModels();
    return known.computeIfAbsent(name, key -> new Model(key, like.in(family)));
  }
}
