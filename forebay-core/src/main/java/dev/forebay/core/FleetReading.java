package dev.forebay.core;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What one of several processes that share quotas knows of all of them.
 *
 * @param member this one's name
 * @param store how the store is
 * @param members how many there are, as it was known last; assumed until the store has answered
 * @param names of at most a hundred of them
 * @param slices by target
 * @param operations that the store was asked for since the start
 * @param failures how many of them failed or came too late
 * @param lastFailure what the last of them said; empty for none in the last minute
 * @param lastFailureAge how long ago that was; zero for none
 */
public record FleetReading(
    String member,
    Store store,
    int members,
    List<String> names,
    Map<String, Slice> slices,
    long operations,
    long failures,
    String lastFailure,
    Duration lastFailureAge) {
  public FleetReading {
    names = List.copyOf(names);
    slices = Map.copyOf(slices);
  }

  /** The same where the store does not answer, or is not asked. */
  public FleetReading silent() {
    return new FleetReading(
        member,
        Store.SILENT,
        members,
        names,
        slices,
        operations,
        failures,
        lastFailure,
        lastFailureAge);
  }

  /** Whether the store answers. */
  public boolean reachable() {
    return store != Store.SILENT;
  }

  /** How the store is. */
  public enum Store {
    /** It answers in time. */
    LEASES("leases"),

    /** It answers, but too late to lease, or it refuses leases: quotas are used as without it. */
    LEASES_NOTHING("leasesNothing"),

    /** It does not answer. */
    SILENT("silent");

    private final String label;

    Store(String label) {
      this.label = label;
    }

    /** What status pages call it. */
    public String label() {
      return label;
    }
  }

  /**
   * A target's part of its quota, from 0 to 1.
   *
   * @param quota by which all members know it
   * @param wants what it could use
   * @param share what it may use now
   * @param leased whether that is by a lease, and not the fair part that it uses without one
   * @param learnedPerMinute the whole quota of tokens, as all have learned it together; 0 if it is
   *     configured or not known
   * @param learning whether the store has just begun, so that it grants no more than was held
   * @param windowed whether the service counts by minutes, as all have found out together
   * @param open how many members have found the target broken, as last received
   * @param parts of at most a hundred members that lease the quota, those that lack most first;
   *     empty while no page is open
   */
  public record Slice(
      String quota,
      double wants,
      double share,
      boolean leased,
      double learnedPerMinute,
      boolean learning,
      boolean windowed,
      int open,
      List<Part> parts) {
    public Slice {
      parts = List.copyOf(parts);
    }
  }

  /** What a member has and could use of a quota, from 0 to 1. */
  public record Part(String member, double share, double wants) {}
}
