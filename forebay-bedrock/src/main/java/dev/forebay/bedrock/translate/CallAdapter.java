package dev.forebay.bedrock.translate;

import dev.forebay.bedrock.Headers;
import dev.forebay.bedrock.ModelFamily;
import dev.forebay.bedrock.ModelFamily.Form;
import dev.forebay.bedrock.ModelIds;
import dev.forebay.bedrock.Operation;
import dev.forebay.bedrock.RequestFacts;
import dev.forebay.bedrock.model.Feature;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  /** So many objections show what is wrong. */
  private static final int MAX_NAMED = 3;

  /** What no model of another family has a place for, and what it can do without. */
  private static final Set<Feature> OF_OTHER_FAMILIES =
      Set.of(
          Feature.FOREIGN_THINKING,
          Feature.ADAPTIVE_THINKING,
          Feature.BETA_FLAGS,
          Feature.MAKERS_FIELDS);

  private final Operation operation;
  private final AskedModel asked;
  private final Supplier<byte[]> body;
  private final Headers headers;
  private final RequestFacts.Read facts;
  private final AdaptationSettings settings;
  private final Map<String, String> objections = new HashMap<>(4);

  /** What models turned out to lack when this call was made, by their ids; null if none was. */
  private @Nullable Map<String, Set<Feature>> repaired;

  private @Nullable String conversation;

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
      RequestFacts.Read facts,
      AdaptationSettings settings) {
    this.settings = settings;
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

  /**
   * The body for a model that reads bodies of its form, but lacks some of what it asks for; empty
   * if the model gets it as it came.
   */
  public Optional<AdaptedBody> adapted(String model) {
    if (operation == Operation.COUNT_TOKENS || (isInvoke() && isForeign(model))) {
      return Optional.empty();
    }
    Set<Feature> lacks = lacks(model);
    if (!settings.adapts() || lacks.isEmpty() || !mayNeed(lacks)) {
      return Optional.empty();
    }
    ObjectNode request = tree();
    Set<Adaptation> done = EnumSet.noneOf(Adaptation.class);
    done.addAll(fit(request, lacks, isForeign(model)));
    if (lacks.contains(Feature.BETA_FLAGS) && headers.get("anthropic-beta") != null) {
      done.add(Adaptation.BETA);
    }
    if (lacks.contains(Feature.NEWER_VERSION) && headers.get("anthropic-version") != null) {
      done.add(Adaptation.VERSION);
    }
    return done.isEmpty()
        ? Optional.empty()
        : Optional.of(new AdaptedBody(Trees.write(request), done));
  }

  /**
   * Takes up a refusal of a model that names what can be left out of the call without changing what
   * its answer means.
   *
   * @param status the refusal's; in a stream that of its exception
   * @return whether the call is another one for that model from now on
   */
  public boolean repair(String model, int status, String message) {
    if (!settings.adapts() || operation == Operation.COUNT_TOKENS) {
      return false;
    }
    boolean itself = asked.isItself(model);
    Map<String, Set<Feature>> known = repaired == null ? new HashMap<>(2) : repaired;
    if (known.containsKey(model)) {
      return false;
    }
    Set<Feature> refused = EnumSet.noneOf(Feature.class);
    refused.addAll(RepairRules.refused(status, message));
    boolean guessed = status == 403 && !itself && mayRefuseMarks(model);
    if (guessed) {
      refused.add(Feature.CACHE);
    }
    if (itself) {
      refused.retainAll(RepairRules.FOR_ASKED_MODEL);
    } else if (refused.remove(Feature.THINKING_HISTORY)) {
      refused.add(Feature.FOREIGN_THINKING);
    }
    refused.removeAll(lacks(model));
    if (refused.isEmpty()) {
      return false;
    }
    known.put(model, refused);
    repaired = known;
    if (!changes(model)) {
      known.put(model, Set.of());
      return false;
    }
    if (!guessed) {
      keep(model, refused);
    }
    return true;
  }

  /** The model answered: what was only guessed of it is so. */
  public void answered(String model) {
    Set<Feature> refused = repaired == null ? null : repaired.get(model);
    if (refused != null && refused.contains(Feature.CACHE)) {
      keep(model, refused);
    }
  }

  private void keep(String model, Set<Feature> refused) {
    Set<Feature> ofModel = EnumSet.noneOf(Feature.class);
    ofModel.addAll(refused);
    ofModel.removeAll(RepairRules.OF_CONVERSATION);
    if (!ofModel.isEmpty()) {
      settings.missing().learn(model, ofModel);
    }
    Set<Feature> ofConversation = EnumSet.noneOf(Feature.class);
    ofConversation.addAll(refused);
    ofConversation.retainAll(RepairRules.OF_CONVERSATION);
    String conversation = ofConversation.isEmpty() ? "" : conversation();
    if (!conversation.isEmpty()) {
      settings.missing().learn(conversation + model, ofConversation);
    }
  }

  /** Whether the model is sent something else than before, now that more is known of it. */
  private boolean changes(String model) {
    Set<Feature> refused = repaired == null ? Set.of() : repaired.getOrDefault(model, Set.of());
    if (isInvoke() && isForeign(model)) {
      ConverseDraft draft = draft(tree());
      return !RequestAdapter.converse(draft.converse(), refused, true).isEmpty();
    }
    boolean header =
        (refused.contains(Feature.BETA_FLAGS) && headers.get("anthropic-beta") != null)
            || (refused.contains(Feature.NEWER_VERSION)
                && headers.get("anthropic-version") != null);
    return header || !fit(tree(), refused, isForeign(model)).isEmpty();
  }

  /** Models of these makers take marks, so that a refusal of access is none of marks. */
  private static boolean mayRefuseMarks(String model) {
    String id = ModelIds.base(model);
    return !id.startsWith("anthropic.") && !id.startsWith("amazon.");
  }

  private Set<Adaptation> fit(ObjectNode request, Set<Feature> lacks, boolean foreign) {
    if (!isInvoke()) {
      return RequestAdapter.converse(request, lacks, foreign);
    }
    boolean claude =
        BodyForm.of(asked.family(), request).filter(f -> f == BodyForm.ANTHROPIC).isPresent();
    return claude ? RequestAdapter.claude(request, lacks) : RequestAdapter.other(request, lacks);
  }

  /** What the model lacks, as far as is known by now. */
  private Set<Feature> lacks(String model) {
    Set<Feature> learned = learned(model);
    if (asked.isItself(model)) {
      return learned;
    }
    Set<Feature> lacks = EnumSet.noneOf(Feature.class);
    lacks.addAll(settings.table().of(model).lacks());
    lacks.addAll(learned);
    if (lacks.contains(Feature.SCHEMA_KEYWORDS)) {
      lacks.add(Feature.SCHEMA_RULES);
    }
    if (isForeign(model)) {
      lacks.addAll(OF_OTHER_FAMILIES);
      lacks.remove(Feature.THINKING_OFF); // which they do not do anyway
    } else if (isInvoke() && form() == Form.CHAT) {
      lacks.remove(Feature.STOP_SEQUENCES); // which some refuse in Converse, and take in this form
    }
    return lacks;
  }

  private Set<Feature> learned(String model) {
    Set<Feature> kept = settings.missing().of(model);
    Set<Feature> ofConversation =
        !settings.missing().ofConversations() || conversation().isEmpty()
            ? Set.of()
            : settings.missing().of(conversation() + model);
    Set<Feature> now = repaired == null ? Set.of() : repaired.getOrDefault(model, Set.of());
    if (kept.isEmpty() && ofConversation.isEmpty() && now.isEmpty()) {
      return Set.of();
    }
    Set<Feature> learned = EnumSet.noneOf(Feature.class);
    learned.addAll(kept);
    learned.addAll(ofConversation);
    if (asked.isItself(model)) {
      learned.retainAll(RepairRules.FOR_ASKED_MODEL);
    }
    learned.addAll(now);
    return learned;
  }

  /** The name of the conversation, empty if it has none. */
  private String conversation() {
    String known = conversation;
    if (known == null) {
      known = facts.plainText() ? "" : Turn.first(tree());
      conversation = known;
    }
    return known;
  }

  /** Plain text has nothing but perhaps a temperature to adapt. */
  private boolean mayNeed(Set<Feature> lacks) {
    return isInvoke() || !facts.plainText() || lacks.contains(Feature.SAMPLING);
  }

  private String read(String model) {
    try {
      return find(model);
    } catch (JacksonException e) {
      // The body was found to be well-formed, but the size of its numbers was not checked.
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
    Set<Feature> lacks = lacks(model);
    if (isInvoke() && !foreign && lacks.contains(Feature.INVOKE)) {
      return Feature.INVOKE.objection();
    }
    List<String> found =
        needs(lacks).objections(settings.table().of(model), lacks, foreign, settings.adapts());
    return String.join(", ", found.subList(0, Math.min(MAX_NAMED, found.size())));
  }

  private Form form() {
    return asked.family().form();
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

  private CallNeeds needs(Set<Feature> lacks) {
    if (!settings.adapts() && lacks.contains(Feature.SAMPLING)) {
      return readNeeds(false); // of plain text, too, a temperature matters then
    }
    CallNeeds known = needs;
    if (known == null) {
      known = readNeeds(facts.plainText());
      needs = known;
    }
    return known;
  }

  private CallNeeds readNeeds(boolean plainText) {
    if (!isInvoke() && plainText) {
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
                    settings.adapts(),
                    operation.streaming(),
                    facts))
        .orElseGet(() -> CallNeeds.ofSize(facts));
  }

  private Translation translate(String model) {
    ObjectNode request = tree();
    BodyForm form =
        BodyForm.of(asked.family(), request)
            .orElseThrow(() -> new IllegalStateException("not eligible: " + model));
    ConverseDraft draft = new InvokeHeaders(headers).addTo(form.read(request));
    Set<Feature> lacks = settings.adapts() ? lacks(model) : Set.of();
    if (!lacks.contains(Feature.SAMPLING)) {
      TopK.add(draft, asked.families().of(model));
    }
    Set<Adaptation> done = EnumSet.noneOf(Adaptation.class);
    done.addAll(RequestAdapter.converse(draft.converse(), lacks, true));
    done.addAll(draft.leftOut().values());
    if (lacks.contains(Feature.SAMPLING) && draft.topK().isPresent()) {
      done.add(Adaptation.SAMPLING);
    }
    for (Feature left : draft.features()) {
      if (OF_OTHER_FAMILIES.contains(left)) {
        Adaptation.of(left).ifPresent(done::add);
      }
    }
    return new Translation(
        AnswerForm.of(form, request),
        operation.streaming(),
        ModelIds.base(model),
        draft.converse(),
        done);
  }

  private ConverseDraft draft(ObjectNode request) {
    BodyForm form =
        BodyForm.of(asked.family(), request)
            .orElseThrow(() -> new IllegalStateException("a body of no known form"));
    return form.read(request);
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
