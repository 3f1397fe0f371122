package dev.forebay.bedrock.model;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is said of the models whose ids begin alike. What is not said stays as it was.
 *
 * @param lacks features that they do not have
 * @param has features that they do have
 */
public record ModelEntry(
    Optional<Integer> maxOutputTokens,
    Optional<Integer> contextTokens,
    Optional<Integer> topK,
    Optional<Integer> stopSequences,
    Optional<Double> burndown,
    Optional<LocalDate> endOfLife,
    Set<Feature> lacks,
    Set<Feature> has) {
  /** Says what output costs, and nothing else. */
  public static ModelEntry ofBurndown(double rate) {
    return new ModelEntry(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(rate),
        Optional.empty(),
        Set.of(),
        Set.of());
  }

  /** The same, with what output costs as another entry says. */
  public ModelEntry rated(ModelEntry other) {
    return new ModelEntry(
        maxOutputTokens,
        contextTokens,
        topK,
        stopSequences,
        burndown.or(other::burndown),
        endOfLife,
        lacks,
        has);
  }

  /** Those capabilities with what this entry says in place of theirs. */
  Capabilities over(Capabilities known) {
    Set<Feature> missing = EnumSet.noneOf(Feature.class);
    missing.addAll(known.lacks());
    missing.removeAll(has);
    missing.addAll(lacks);
    return new Capabilities(
        maxOutputTokens.orElse(known.maxOutputTokens()),
        contextTokens.orElse(known.contextTokens()),
        topK.orElse(known.maxTopK()),
        stopSequences.orElse(known.maxStopSequences()),
        burndown.orElse(known.burndown()),
        endOfLife.or(known::endOfLife),
        missing);
  }
}
