package dev.forebay.core;

import org.jspecify.annotations.Nullable;

/**
 * Which targets can serve one call at all, whatever state they are in: a model may take no images,
 * or give shorter answers than the call allows. Asked when the call's journey begins, more than
 * once per target, since the time kept for a fallback depends on whether there is one.
 */
@FunctionalInterface
public interface Eligibility {
  /** Every target can. */
  Eligibility ALL = target -> null;

  /**
   * Why this target cannot serve the call, or null if it can. In words that could follow the
   * target's name, such as "takes no images", and without any of the call's content.
   */
  @Nullable String objection(Target target);

  /**
   * Whether the target serves another model than the one that the call asks for. What such a target
   * refuses is about that target and not about the call, which was made for another model: it never
   * ends the call. Asked after a failure only; by default no target does.
   */
  default boolean servesAnother(Target target) {
    return false;
  }
}
