package dev.forebay.bedrock;

import dev.forebay.bedrock.ModelFamily.Form;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the family of a model by its id: by what an operator configured, else by the built-in
 * table, else by the provider, which is what stands before the first dot. Thread-safe.
 */
public final class ModelFamilies {
  /**
   * Where the models of one provider differ, and what the bodies of each are like, by the beginning
   * of the id without a geography. The longest that fits counts.
   *
   * <p>Source: the providers' pages in AWS's user guide ("Inference request parameters and response
   * fields"), to be checked against these whenever a provider brings a new model.
   */
  private static final Map<String, ModelFamily> TABLE =
      Map.ofEntries(
          Map.entry("anthropic.", ModelFamily.ANTHROPIC),
          Map.entry("amazon.nova-", ModelFamily.NOVA),
          Map.entry("amazon.titan-text", ModelFamily.TITAN_TEXT),
          Map.entry("amazon.titan-tg1", ModelFamily.TITAN_TEXT),
          Map.entry("amazon.titan-embed", ModelFamily.TITAN_EMBED),
          notChat("amazon.titan-image", "titan-image"),
          Map.entry("meta.llama", ModelFamily.LLAMA),
          Map.entry("mistral.", ModelFamily.MISTRAL),
          Map.entry("mistral.mistral-7b", ModelFamily.MISTRAL_PROMPT),
          Map.entry("mistral.mixtral", ModelFamily.MISTRAL_PROMPT),
          Map.entry("mistral.mistral-large-2402", ModelFamily.MISTRAL_2402),
          Map.entry("mistral.mistral-small-2402", ModelFamily.MISTRAL_2402),
          Map.entry("mistral.mistral-large-2407", ModelFamily.MISTRAL_CHAT),
          Map.entry("mistral.pixtral", ModelFamily.MISTRAL_CHAT),
          Map.entry("openai.", ModelFamily.OPENAI),
          // These have Converse and no InvokeModel.
          other("openai.gpt-5", "openai-gpt-5"),
          chat("qwen.", "qwen"),
          chat("deepseek.", "deepseek"),
          Map.entry("deepseek.r1", ModelFamily.DEEPSEEK_R1),
          chat("google.", "google"),
          chat("minimax.", "minimax"),
          chat("moonshotai.", "moonshotai"),
          chat("moonshot.", "moonshotai"),
          chat("nvidia.", "nvidia"),
          chat("writer.", "writer"),
          chat("xai.", "xai"),
          chat("zai.", "zai"),
          chat("ai21.", "ai21"),
          other("ai21.j2", "ai21-j2"),
          Map.entry("cohere.command-r", ModelFamily.COMMAND_R),
          other("cohere.command-text", "cohere-command"),
          other("cohere.command-light", "cohere-command"),
          notChat("luma.", "luma"),
          notChat("stability.sd3", "stability-image"),
          notChat("stability.stable-image-core", "stability-image"),
          notChat("stability.stable-image-ultra", "stability-image"),
          notChat("twelvelabs.", "twelvelabs"),
          Map.entry("twelvelabs.marengo", new ModelFamily("twelvelabs-embed", Form.EMBEDDING)));

  /** The name by which an operator says that a provider's models have OpenAI's chat form. */
  private static final String CHAT = "chat";

  /** More than any gateway has targets; ids that callers make up find it full at worst. */
  private static final int MOST_KNOWN = 1_000;

  /** What is known without any configuration. */
  public static final ModelFamilies BUILT_IN = new ModelFamilies(Map.of());

  private final Map<String, String> configured;

  /** What was found before, by the whole id: it is asked for with every call. */
  private final Map<String, ModelFamily> known = new ConcurrentHashMap<>();

  private ModelFamilies(Map<String, String> configured) {
    this.configured = Map.copyOf(configured);
  }

  /**
   * The table with an operator's words over it.
   *
   * @param families by the beginning of an id ({@link ModelIds#fits}), one of {@link #names}.
   *     {@code chat} makes the models of a provider a family of their own with OpenAI's chat form,
   *     any other name makes them part of that family
   * @throws IllegalArgumentException if a name is none of those
   */
  public static ModelFamilies configured(Map<String, String> families) {
    for (String name : families.values()) {
      if (!names().contains(name)) {
        throw new IllegalArgumentException("no family is called '" + name + "'");
      }
    }
    return families.isEmpty() ? BUILT_IN : new ModelFamilies(families);
  }

  /** The names of families that an operator may use, in alphabetical order. */
  public static Set<String> names() {
    return Names.ALL;
  }

  /** The family that a model id, an inference profile's id or an ARN names. */
  public ModelFamily of(String modelId) {
    ModelFamily found = known.get(modelId);
    if (found != null) {
      return found;
    }
    found = find(modelId);
    if (known.size() < MOST_KNOWN) {
      known.put(modelId, found);
    }
    return found;
  }

  private ModelFamily find(String modelId) {
    String id = ModelIds.named(modelId);
    String provider = ModelIds.provider(id);
    Optional<String> name =
        configured.keySet().stream()
            .filter(beginning -> ModelIds.fits(modelId, beginning))
            .max(Comparator.comparingInt(String::length))
            .map(configured::get);
    if (name.isPresent()) {
      return named(name.get(), provider);
    }
    if (provider.isEmpty()) {
      return ModelFamily.UNKNOWN;
    }
    ModelFamily special = byKind(id, provider);
    if (special != null) {
      return special;
    }
    return inTable(id).orElseGet(() -> new ModelFamily(provider, Form.OTHER));
  }

  /** The family by a word in the id, independent of the provider. */
  private static @Nullable ModelFamily byKind(String id, String provider) {
    if (id.contains("embed") && !id.startsWith("amazon.titan-embed")) {
      return new ModelFamily(provider + "-embed", Form.EMBEDDING);
    }
    if (id.contains("rerank")) {
      return new ModelFamily(provider + "-rerank", Form.NOT_CHAT);
    }
    if (id.startsWith("amazon.nova-")) {
      for (String kind : Names.NOVA_KINDS) {
        if (id.contains("-" + kind)) {
          return new ModelFamily("nova-" + kind, Form.NOT_CHAT);
        }
      }
    }
    // Stability's other services have a body each.
    return provider.equals("stability") && inTable(id).isEmpty()
        ? new ModelFamily(id, Form.NOT_CHAT)
        : null;
  }

  private static ModelFamily named(String name, String provider) {
    return name.equals(CHAT)
        ? new ModelFamily(provider.isEmpty() ? CHAT : provider, Form.CHAT)
        : Names.FAMILIES.getOrDefault(name, ModelFamily.UNKNOWN);
  }

  private static Optional<ModelFamily> inTable(String id) {
    return TABLE.keySet().stream()
        .filter(id::startsWith)
        .max(Comparator.comparingInt(String::length))
        .map(TABLE::get);
  }

  private static Map.Entry<String, ModelFamily> chat(String begin, String name) {
    return Map.entry(begin, new ModelFamily(name, Form.CHAT));
  }

  private static Map.Entry<String, ModelFamily> notChat(String begin, String name) {
    return Map.entry(begin, new ModelFamily(name, Form.NOT_CHAT));
  }

  private static Map.Entry<String, ModelFamily> other(String begin, String name) {
    return Map.entry(begin, new ModelFamily(name, Form.OTHER));
  }

  /** The table by name. */
  private static final class Names {
    private static final String[] NOVA_KINDS = {"canvas", "reel", "sonic"};

    private static final Map<String, ModelFamily> FAMILIES = families();

    private static final Set<String> ALL = all();

    private static Map<String, ModelFamily> families() {
      Map<String, ModelFamily> families = new HashMap<>();
      for (ModelFamily family : TABLE.values()) {
        families.put(family.name(), family);
      }
      return Collections.unmodifiableMap(new TreeMap<>(families));
    }

    private static Set<String> all() {
      Set<String> names = new TreeSet<>(FAMILIES.keySet());
      names.add(CHAT);
      return Collections.unmodifiableSet(names);
    }
  }
}
