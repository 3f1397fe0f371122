package dev.forebay.bedrock.model;

import dev.forebay.bedrock.ModelIds;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The table of what models can do, by the beginnings of their ids. Of the built-in entries the one
 * with the longest beginning counts; a configuration's own are laid over it, the shorter ones
 * first. A beginning ends with a word: "claude-opus-4" begins "claude-opus-4-1" but not
 * "claude-opus-45". Thread-safe.
 */
public final class ModelTable {
  /** More than any gateway has targets; ids that callers make up find it full at worst. */
  private static final int MOST_KNOWN = 1_000;

  private static final ModelTable BUILT_IN = new ModelTable(Map.of());

  private final Map<String, ModelEntry> own;

  /** What was found before, by the whole id: it is asked for with every call. */
  private final Map<String, Capabilities> known = new ConcurrentHashMap<>();

  private ModelTable(Map<String, ModelEntry> own) {
    this.own = Map.copyOf(own);
  }

  /** The table that comes with the program. */
  public static ModelTable builtIn() {
    return BUILT_IN;
  }

  /**
   * The built-in table with these entries over it.
   *
   * @param entries by the beginning of a model's id without a geography, or of an ARN
   */
  public static ModelTable with(Map<String, ModelEntry> entries) {
    return entries.isEmpty() ? BUILT_IN : new ModelTable(entries);
  }

  /** The beginnings of ids that the table has entries for. */
  public Set<String> beginnings() {
    Set<String> all = new HashSet<>(BuiltInModels.ALL.keySet());
    all.addAll(own.keySet());
    return all;
  }

  /** What is known of a model, by its id, a profile's id or an ARN. */
  public Capabilities of(String modelId) {
    Capabilities found = known.get(modelId);
    if (found == null) {
      found = find(modelId);
      if (known.size() < MOST_KNOWN) {
        known.put(modelId, found);
      }
    }
    return found;
  }

  /** What an output token of the model costs in quota tokens. */
  public double burndown(String modelId) {
    return of(modelId).burndown();
  }

  /**
   * The day from which the model is not served any more; before it the model is a legacy one. Empty
   * if none is known.
   */
  public Optional<LocalDate> endOfLife(String modelId) {
    return of(modelId).endOfLife();
  }

  /** The id without its geography and without what an ARN puts before it. */
  public static String baseId(String modelId) {
    return ModelIds.base(modelId);
  }

  /** Whether an entry with that beginning is about the model. */
  public static boolean fits(String modelId, String beginning) {
    return ModelIds.fits(modelId, beginning);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelTable table && table.own.equals(own);
  }

  @Override
  public int hashCode() {
    return own.hashCode();
  }

  private Capabilities find(String modelId) {
    Capabilities found =
        BuiltInModels.ALL.entrySet().stream()
            .filter(entry -> fits(modelId, entry.getKey()))
            .max(Comparator.comparingInt(entry -> entry.getKey().length()))
            .map(Map.Entry::getValue)
            .orElse(Capabilities.UNKNOWN);
    return own.entrySet().stream()
        .filter(entry -> fits(modelId, entry.getKey()))
        .sorted(Comparator.comparingInt(entry -> entry.getKey().length()))
        .map(Map.Entry::getValue)
        .reduce(found, (all, entry) -> entry.over(all), (a, b) -> b);
  }
}
