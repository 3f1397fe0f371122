package dev.forebay.config;

import dev.forebay.bedrock.ModelFamilies;
import dev.forebay.bedrock.model.ModelTable;

/**
 * What is known of models.
 *
 * @param table what they can do: the built-in table with the configuration's entries over it
 * @param families which bodies they take, likewise
 */
public record ModelsConfig(ModelTable table, ModelFamilies families) {
  /** The built-in tables alone. */
  public static final ModelsConfig BUILT_IN =
      new ModelsConfig(ModelTable.builtIn(), ModelFamilies.BUILT_IN);
}
