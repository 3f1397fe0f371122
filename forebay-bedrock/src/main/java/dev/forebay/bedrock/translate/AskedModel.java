package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.ModelFamilies;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelFamily.Form;
import dev.forebay.bedrock.ModelIds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The model that callers of a route count on.
 *
 * @param family the family that they write their bodies for
 * @param baseId the model's id without a geography
 * @param families finds the families of other models
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

  /** Whether that is the model asked for, whatever its callers' bodies are written for. */
  public boolean isServedBy(String model) {
    return ModelIds.base(model).equals(baseId);
  }

  /** Whether nothing but its owner's word is known of the model, which then counts. */
  public boolean isOpaque(String model) {
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

  /**
   * Why the model can serve no call of that kind, whatever its body holds; empty if it may.
   *
   * @param foreign whether the model is of another family, as far as the call is concerned
   */
  String standingObjection(CallKind kind, String model, boolean foreign) {
    Form mine = family.form();
    Form other = families.of(model).form();
    if (isOpaque(model)) {
      return "";
    }
    if (other == Form.EMBEDDING || (kind.isInvoke() && foreign && mine == Form.EMBEDDING)) {
      return "makes embeddings of another kind, or none";
    }
    if (foreign && (other == Form.NOT_CHAT || (kind.isInvoke() && mine == Form.NOT_CHAT))) {
      return "makes answers of another kind than the model that was asked for";
    }
    if (foreign && kind == CallKind.COUNT_INVOKE) {
      return "cannot count the tokens of another family's body";
    }
    return foreign && kind.isInvoke() && mine == Form.OTHER
        ? "cannot take a body in a form that is not known"
        : "";
  }

  /** The kinds of calls that the model can never serve in this one's place, by the reason. */
  public Map<String, List<CallKind>> neverServedBy(String model) {
    Map<String, List<CallKind>> never = new LinkedHashMap<>();
    if (isItself(model)) {
      return never;
    }
    // Of families that take some bodies alike the body decides.
    boolean foreign = isForeign(model) && !family.overlaps(families.of(model));
    for (CallKind kind : CallKind.values()) {
      String reason = standingObjection(kind, model, foreign);
      if (!reason.isEmpty()) {
        never.computeIfAbsent(reason, first -> new ArrayList<>()).add(kind);
      }
    }
    return never;
  }
}
