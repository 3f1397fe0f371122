package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ModelFamilies;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelFamily.Form;
import dev.forebay.bedrock.ModelIds;

/**
 * The model that callers of a route count on.
 *
 * @param family the family that they write their bodies for
 * @param baseId the model's id without a geography
 * @param families tells the families of other models
 */
public record AskedModel(ModelFamily family, String baseId, ModelFamilies families) {
  /**
   * The model of a route.
   *
   * @param name what callers ask for
   * @param first the model that is to answer them
   */
  public static AskedModel of(String name, String first, ModelFamilies families) {
    ModelFamily named = families.of(name);
    ModelFamily answers = families.of(first);
    // A route's name may have a dot and be no model's id.
    boolean ownWord = named.form() == Form.OTHER && !answers.equals(ModelFamily.UNKNOWN);
    return new AskedModel(ownWord ? answers : named, ModelIds.base(first), families);
  }

  /** The model of a route, by the built-in table of families. */
  public static AskedModel of(String name, String first) {
    return of(name, first, ModelFamilies.BUILT_IN);
  }

  /** Whether that is the model itself, in whatever region, and its callers' bodies are for it. */
  public boolean isItself(String model) {
    return ModelIds.base(model).equals(baseId) && families.of(model).equals(family);
  }

  /** Whether nothing but its owner's word is known of the model, which then counts. */
  boolean isOpaque(String model) {
    return ModelIds.isArn(model) && families.of(model).equals(ModelFamily.UNKNOWN);
  }

  /** Whether the model is of another family. */
  boolean isForeign(String model) {
    if (isOpaque(model)) {
      return false;
    }
    ModelFamily other = families.of(model);
    return !other.equals(family)
        || (other.equals(ModelFamily.UNKNOWN) && !ModelIds.base(model).equals(baseId));
  }
}
