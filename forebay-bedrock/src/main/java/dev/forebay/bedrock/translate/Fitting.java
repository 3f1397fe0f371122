package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.model.ModelTable;

/**
 * By what a call is fitted to models.
 *
 * @param table what is known of models
 * @param adapts whether a call is adapted where that changes nothing of what its answer means
 * @param lessons what models turned out to lack
 */
public record Fitting(ModelTable table, boolean adapts, Lessons lessons) {
  /** By the built-in table alone. */
  public static final Fitting BUILT_IN = new Fitting(ModelTable.builtIn(), true, Lessons.NONE);
}
