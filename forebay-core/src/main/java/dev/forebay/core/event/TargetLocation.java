package dev.forebay.core.event;

/**
 * Where a target is, as far as those want to know who watch it.
 *
 * @param model the model that is called there; {@code *} for whichever is asked for
 * @param address the host of its endpoint
 */
public record TargetLocation(String region, String model, String address, int port) {
  /** Of a target that is not known. */
  public static final TargetLocation UNKNOWN = new TargetLocation("", "*", "", 0);
}
