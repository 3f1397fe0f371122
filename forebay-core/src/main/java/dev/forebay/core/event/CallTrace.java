package dev.forebay.core.event;

import dev.forebay.core.Step;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows one call: receives the events of its journey, and names it to the targets, so that what
 * they record can be found with it. Lives where the call does, and must return at once, as any
 * listener.
 */
public interface CallTrace extends JourneyListener {
  /** Follows nothing, of a call of which nothing is known. */
  CallTrace NONE = none(CallOrigin.UNKNOWN);

  /** Follows nothing: what a caller sent goes on as it came. */
  static CallTrace none(CallOrigin origin) {
    return new Untraced(origin);
  }

  CallOrigin origin();

  /** Under which id the call can be looked up; null if it is not kept, or not known yet. */
  @Nullable String keptId();

  /**
   * Sets the headers by which an attempt's target continues the trace; no signature covers them.
   */
  void name(Step.Attempt attempt, BiConsumer<String, String> header);

  /** An untraced call. */
  record Untraced(CallOrigin origin) implements CallTrace {
    @Override
    public @Nullable String keptId() {
      return null;
    }

    @Override
    public void name(Step.Attempt attempt, BiConsumer<String, String> header) {}

    @Override
    public void on(JourneyView journey, JourneyEvent event) {}

    @Override
    public boolean listens() {
      return false;
    }
  }
}
