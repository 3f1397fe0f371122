package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Headers;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelIds;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.model.ModelTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fits one call to the models that may serve it: says which of them can, and translates an
 * InvokeModel body for those of another family than it is written for.
 *
 * <p>The body is read when another model than the one asked for is first considered, unless it was
 * seen to be plain text, and again when one of another family is called; no more than what the call
 * needs is kept in between. Not thread-safe.
 */
public final class CallAdapter {
  /** So many objections tell what is wrong. */
  private static final int MAX_TOLD = 3;

  private final Operation operation;
  private final AskedModel asked;
  private final Supplier<byte[]> body;
  private final Headers headers;
  private final RequestFacts.Read facts;
  private final Map<String, String> objections = new HashMap<>(4);
  private @Nullable CallNeeds needs;

  /**
   * An adapter for a call whose body was found to be well-formed.
   *
   * @param asked the model that the caller counts on
   * @param headers the request's
   */
  public CallAdapter(
      Operation operation,
      AskedModel asked,
      Supplier<byte[]> body,
      Headers headers,
      RequestFacts.Read facts) {
    this.operation = operation;
    this.asked = asked;
    this.body = body;
    this.headers = headers;
    this.facts = facts;
  }

  /** Why the model cannot serve the call, null if it can. */
  public @Nullable String objection(String model) {
    if (asked.isItself(model)) {
      return null;
    }
    String found = objections.computeIfAbsent(model, this::read);
    return found.isEmpty() ? null : found;
  }

  /** How to call the model instead, if it cannot read the body as it is. */
  public Optional<Translation> translation(String model) {
    return isInvoke() && isForeign(model) ? Optional.of(translate(model)) : Optional.empty();
  }

  private String read(String model) {
    try {
      return find(model);
    } catch (JacksonException e) {
      // The body was found to be well-formed, but nobody has looked at the size of its numbers.
      return "takes no numbers of that size";
    }
  }

  private String find(String model) {
    if (asked.isOpaque(model)) {
      return "";
    }
    boolean foreign = isForeign(model);
    String standing = asked.standingObjection(kind(foreign), model, foreign);
    if (!standing.isEmpty() || operation == Operation.COUNT_TOKENS) {
      return standing;
    }
    List<String> found = needs().objections(ModelTable.builtIn().of(model), foreign);
    return String.join(", ", found.subList(0, Math.min(MAX_TOLD, found.size())));
  }

  private CallKind kind(boolean foreign) {
    boolean counts = operation == Operation.COUNT_TOKENS;
    return CallKind.of(operation, counts && foreign && tree().path("input").has("invokeModel"));
  }

  /**
   * Whether the model is of another family. Of two families that take some bodies alike, the body
   * decides.
   */
  private boolean isForeign(String model) {
    if (!asked.isForeign(model)) {
      return false;
    }
    ModelFamily other = asked.families().of(model);
    if (!asked.family().overlaps(other)) {
      return true;
    }
    return isInvoke()
        && BodyForm.of(asked.family(), tree()).filter(form -> form.isFor(other, tree())).isEmpty();
  }

  private CallNeeds needs() {
    CallNeeds known = needs;
    if (known == null) {
      known = readNeeds();
      needs = known;
    }
    return known;
  }

  private CallNeeds readNeeds() {
    if (!isInvoke() && facts.plainText()) {
      return CallNeeds.ofPlainText(facts);
    }
    ObjectNode request = tree();
    if (!isInvoke()) {
      return CallNeeds.ofConverse(request, operation.streaming(), facts);
    }
    return BodyForm.of(asked.family(), request)
        .map(
            form ->
                CallNeeds.ofDraft(
                    new InvokeHeaders(headers).addTo(form.read(request)),
                    operation.streaming(),
                    facts))
        .orElseGet(() -> CallNeeds.ofSize(facts));
  }

  private Translation translate(String model) {
    ObjectNode request = tree();
    BodyForm form =
        BodyForm.of(asked.family(), request)
            .orElseThrow(() -> new IllegalStateException("not eligible: " + model));
    Draft draft = new InvokeHeaders(headers).addTo(form.read(request));
    TopK.add(draft, asked.families().of(model));
    return new Translation(
        AnswerForm.of(form, request),
        operation.streaming(),
        ModelIds.base(model),
        draft.converse());
  }

  /** A well-formed body is an object. */
  private ObjectNode tree() {
    JsonNode read = Trees.read(body.get());
    return read instanceof ObjectNode object ? object : Trees.object();
  }

  private boolean isInvoke() {
    return operation.invokes();
  }
}
