package dev.forebay.cluster;

/**
 * The store's answer to a member that asks for a part of a quota. Parts are in millionths.
 *
 * @param granted what it holds from now on
 * @param target what it would hold if others gave back what they hold beyond their due; the same or
 *     more
 * @param learning whether the store does not know yet what others hold, since it has just begun or
 *     lost its memory: until one lease's length has passed it only confirms what members still hold
 * @param late whether the request was overtaken by a later one of the same owner and changed
 *     nothing
 */
public record Grant(int granted, int target, boolean learning, boolean late) {
  /** The whole quota. */
  public static final int WHOLE = 1_000_000;

  static final Grant LATE = new Grant(0, 0, false, true);
}
