package dev.forebay.client;

import dev.forebay.bedrock.ModelPath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the paths of calls, and remembers the last one: most calls of a program have the same.
 * Thread-safe.
 */
final class ModelPaths {
  private record Known(String raw, Optional<ModelPath> path) {}

  private volatile @Nullable Known last;

  /** See {@link ModelPath#parse}. */
  Optional<ModelPath> read(String raw) {
    Known known = last;
    if (known == null || !known.raw().equals(raw)) {
      known = new Known(raw, ModelPath.parse(raw));
      last = known;
    }
    return known.path();
  }
}
