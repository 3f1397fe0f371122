package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.model.ModelTable;

/**
 * The model that callers of a route count on.
 *
 * @param family the family that they write their bodies for
 * @param baseId the model's id without a geography
 */
public record AskedModel(ModelFamily family, String baseId) {
  /**
   * The model of a route.
   *
   * @param name what callers ask for
   * @param first the model that is to answer them
   */
  public static AskedModel of(String name, String first) {
    ModelFamily named = ModelFamily.of(name);
    ModelFamily family = named == ModelFamily.UNKNOWN ? ModelFamily.of(first) : named;
    return new AskedModel(family, ModelTable.baseId(first));
  }

  /** Whether that is the model itself, in whatever region, and its callers' bodies are for it. */
  public boolean isItself(String model) {
    return ModelTable.baseId(model).equals(baseId) && ModelFamily.of(model) == family;
  }

  /** Whether nothing but its owner's word is known of the model, which then counts. */
  boolean isOpaque(String model) {
    return model.startsWith("arn:") && ModelFamily.of(model) == ModelFamily.UNKNOWN;
  }

  /** Whether the model is of another family. */
  boolean isForeign(String model) {
    if (isOpaque(model)) {
      return false;
    }
    ModelFamily other = ModelFamily.of(model);
    return other != family
        || (other == ModelFamily.UNKNOWN && !ModelTable.baseId(model).equals(baseId));
  }
}
