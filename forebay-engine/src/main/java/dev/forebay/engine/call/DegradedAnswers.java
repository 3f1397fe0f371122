package dev.forebay.engine.call;

import dev.forebay.core.Step.Source;
import dev.forebay.core.journey.DegradedSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a call can be given when no target answers: an earlier answer, or the route's own words. */
public final class DegradedAnswers implements DegradedSource {
  private final Supplier<Optional<Answer>> stale;
  private final Supplier<Optional<Answer>> canned;
  private @Nullable Answer found;

  /** Both are asked when there is need, not before. */
  public DegradedAnswers(Supplier<Optional<Answer>> stale, Supplier<Optional<Answer>> canned) {
    this.stale = stale;
    this.canned = canned;
  }

  @Override
  public @Nullable Source source() {
    found = stale.get().orElse(null);
    if (found != null) {
      return Source.STALE;
    }
    found = canned.get().orElse(null);
    return found == null ? null : Source.CANNED;
  }

  /** The answer of the last {@link #source()}. */
  Answer answer() {
    if (found == null) {
      throw new IllegalStateException("there is no degraded answer");
    }
    return found;
  }
}
