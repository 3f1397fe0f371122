package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.model.Capabilities;
import dev.forebay.bedrock.model.Feature;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model must have to serve one call.
 *
 * @param features what it must be capable of
 * @param own what only a model can take whose family the call was made for
 * @param topK how many tokens to choose from, if the call says
 * @param stopSequences how many there are
 * @param inputTokens the estimate
 * @param maxOutputTokens the longest answer asked for, if the call says
 */
record CallNeeds(
    Set<Feature> features,
    List<String> own,
    OptionalInt topK,
    int stopSequences,
    int inputTokens,
    OptionalInt maxOutputTokens) {
  /** A body of which nothing is known but its size. */
  static CallNeeds ofSize(RequestFacts.Read facts) {
    return new CallNeeds(
        EnumSet.noneOf(Feature.class),
        List.of(),
        OptionalInt.empty(),
        0,
        facts.inputTokens(),
        facts.maxOutputTokens());
  }

  /** Those of a Converse request that was seen to be plain text. */
  static CallNeeds ofPlainText(RequestFacts.Read facts) {
    CallNeeds size = ofSize(facts);
    if (facts.systemPrompt()) {
      size.features.add(Feature.SYSTEM);
    }
    return size;
  }

  /** Those of a Converse request. */
  static CallNeeds ofConverse(ObjectNode request, boolean streaming, RequestFacts.Read facts) {
    ConverseNeeds converse = ConverseNeeds.of(request, streaming);
    return new CallNeeds(
        converse.features(),
        List.copyOf(converse.own()),
        OptionalInt.empty(),
        request.path("inferenceConfig").path("stopSequences").size(),
        facts.inputTokens(),
        facts.maxOutputTokens());
  }

  /** Those of another family's body, as it was read. */
  static CallNeeds ofDraft(
      ConverseDraft draft, boolean adapts, boolean streaming, RequestFacts.Read facts) {
    CallNeeds converse = ofConverse(draft.converse(), streaming, facts);
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    features.addAll(draft.features());
    features.addAll(converse.features);
    if (draft.topK().isPresent()) {
      features.add(Feature.SAMPLING);
    }
    List<String> own = new ArrayList<>(draft.obstacles());
    if (!adapts) {
      own.addAll(draft.leftOut().keySet());
    }
    own.addAll(converse.own);
    return new CallNeeds(
        features,
        own,
        draft.topK(),
        converse.stopSequences,
        facts.inputTokens(),
        facts.maxOutputTokens());
  }

  /**
   * What keeps the model from serving the call, in words that could follow its name.
   *
   * @param lacks the features that it does not have
   * @param foreign whether the model is of another family than the call was made for
   * @param adapts whether the call is adapted to the model where that changes no meaning
   */
  List<String> objections(Capabilities model, Set<Feature> lacks, boolean foreign, boolean adapts) {
    List<String> objections = new ArrayList<>();
    for (Feature feature : features) {
      if (lacks.contains(feature) && !(adapts && isAdapted(feature, lacks))) {
        objections.add(feature.objection());
      }
    }
    if (stopSequences > model.maxStopSequences()) {
      objections.add("takes at most %d stop sequences".formatted(model.maxStopSequences()));
    }
    if (foreign) {
      own.forEach(what -> objections.add("has no place for " + what));
      if (!(adapts && lacks.contains(Feature.SAMPLING))) {
        addTopK(model, objections);
      }
    }
    addSize(model, objections);
    return objections;
  }

  private static boolean isAdapted(Feature feature, Set<Feature> lacks) {
    return switch (feature) {
      case TEMPERATURE_WITH_TOP_P -> lacks.contains(Feature.SAMPLING);
      case THINKING_BUDGET -> !lacks.contains(Feature.ADAPTIVE_THINKING);
      default -> Adaptation.of(feature).isPresent();
    };
  }

  private void addTopK(Capabilities model, List<String> objections) {
    if (topK.isPresent() && topK.getAsInt() > model.maxTopK()) {
      objections.add(
          model.maxTopK() == 0
              ? "takes no top_k"
              : "takes a top_k of at most %d".formatted(model.maxTopK()));
    }
  }

  private void addSize(Capabilities model, List<String> objections) {
    int output = maxOutputTokens.orElse(0);
    if (output > model.maxOutputTokens()) {
      objections.add(
          "answers in at most %d tokens, not in %d".formatted(model.maxOutputTokens(), output));
    }
    long all = (long) inputTokens + Math.min(output, model.maxOutputTokens());
    if (all > model.contextTokens()) {
      objections.add(
          "holds %d tokens of input and output, not about %d"
              .formatted(model.contextTokens(), all));
    }
  }
}
