package dev.forebay.bedrock.model;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What one model can do and how much it takes. {@link Integer#MAX_VALUE} where that is not known.
 *
 * @param maxOutputTokens the longest answer
 * @param contextTokens input and output together
 * @param maxTopK the largest {@code top_k}; 0 if it has none
 * @param maxStopSequences the most stop sequences
 * @param burndown what an output token costs in quota tokens; 1 where that is not known
 * @param endOfLife the day from which it is not served any more, or the first on which it was seen
 *     to be gone; empty if none is announced
 * @param lacks the features that it does not have
 */
public record Capabilities(
    int maxOutputTokens,
    int contextTokens,
    int maxTopK,
    int maxStopSequences,
    double burndown,
    Optional<LocalDate> endOfLife,
    Set<Feature> lacks) {
  /** A model that is not in the table: assumed to be able to do all. */
  public static final Capabilities UNKNOWN =
      new Capabilities(
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          0,
          Integer.MAX_VALUE,
          1,
          Optional.empty(),
          EnumSet.noneOf(Feature.class));

  public Capabilities {
    lacks = Set.copyOf(lacks);
  }

  /** Whether the model has the feature, as far as is known. */
  public boolean has(Feature feature) {
    return !lacks.contains(feature);
  }
}
