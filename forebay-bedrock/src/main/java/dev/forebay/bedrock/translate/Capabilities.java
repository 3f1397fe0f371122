package dev.forebay.bedrock.translate;

import java.util.EnumSet;
import java.util.Set;

/**
 * What one model can do and how much it takes. {@link Integer#MAX_VALUE} where that is not known.
 *
 * @param maxOutputTokens the longest answer
 * @param contextTokens input and output together
 * @param maxTopK the largest {@code top_k}; 0 if it has none
 * @param maxStopSequences the most stop sequences
 * @param lacks the features that it does not have
 */
record Capabilities(
    int maxOutputTokens, int contextTokens, int maxTopK, int maxStopSequences, Set<Feature> lacks) {
  /** A model that is not in the table: assumed to be able to do all. */
  static final Capabilities UNKNOWN =
      new Capabilities(
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          0,
          Integer.MAX_VALUE,
          EnumSet.noneOf(Feature.class));
}
