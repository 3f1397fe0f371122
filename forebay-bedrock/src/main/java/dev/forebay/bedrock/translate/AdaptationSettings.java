package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.ModelTable;

/**
 * By what a call is fitted to models.
 *
 * @param table what is known of models
 * @param adapts whether a call is adapted where that changes nothing of what its answer means
 * @param missing what models turned out to lack
 */
public record AdaptationSettings(ModelTable table, boolean adapts, MissingFeatures missing) {
  /** By the built-in table alone. */
  public static final AdaptationSettings BUILT_IN =
      new AdaptationSettings(ModelTable.builtIn(), true, MissingFeatures.NONE);
}
