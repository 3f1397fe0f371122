package dev.forebay.config;

import dev.forebay.bedrock.ModelIds;
import dev.forebay.bedrock.model.Feature;
import java.util.List;
import java.util.Map;

/** What must hold between what a configuration says of models. */
final class ModelConsistency {
  private final Map<String, Located<Section>> models;
  private final Section root;
  private final Diagnostics reading;

  ModelConsistency(Map<String, Located<Section>> models, Section root, Diagnostics reading) {
    this.models = models;
    this.root = root;
    this.reading = reading;
  }

  void check() {
    models.forEach(
        (beginning, entry) -> {
          checkBeginning(beginning, entry);
          checkFeatures(entry.value());
        });
    root.value(Settings.BURNDOWN).ifPresent(this::checkRates);
  }

  private void checkBeginning(String beginning, Located<Section> entry) {
    if (beginning.startsWith("arn:")) {
      return;
    }
    String base = ModelIds.base(beginning);
    if (!base.equals(beginning)) {
      reading.problem(
          entry.place(),
          entry.path(),
          "has a geography, and models are the same in all of them",
          "write " + Quoted.text(base));
    }
  }

  private void checkFeatures(Section entry) {
    if (!entry.sound(ModelSettings.LACKS) || !entry.sound(ModelSettings.HAS)) {
      return;
    }
    List<Feature> lacks =
        entry.value(ModelSettings.LACKS).orElse(List.of()).stream().map(Located::value).toList();
    for (Located<Feature> has : entry.value(ModelSettings.HAS).orElse(List.of())) {
      if (lacks.contains(has.value())) {
        reading.problem(
            has.place(),
            has.path(),
            Quoted.text(has.value().key()) + " is in lacks as well",
            "keep one of them");
      }
    }
  }

  private void checkRates(Map<String, Located<Section>> rates) {
    rates.forEach(
        (beginning, rate) -> {
          Located<Section> model = models.get(beginning);
          if (model != null && model.value().value(ModelSettings.BURNDOWN).isPresent()) {
            reading.problem(
                rate.place(),
                rate.path(),
                "the rate of these models is in models as well",
                "keep one of them");
          }
        });
  }
}
