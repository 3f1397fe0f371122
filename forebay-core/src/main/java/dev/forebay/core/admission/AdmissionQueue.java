package dev.forebay.core.admission;

import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for one target's capacity, and whose turn it is.
 *
 * <ul>
 *   <li>The most urgent class with a waiting call comes first, and no lower class passes it: small
 *       calls of a lower class would else take each refill before a large urgent call has gathered
 *       enough.
 *   <li>Within a class the tenant that has been served least comes first, see {@link FairQueue}.
 *   <li>Within a tenant, first come, first served. A call that cannot be answered in time any more
 *       leaves the queue.
 * </ul>
 *
 * <p>{@link #head} and all changes take O(log tenants). Not thread-safe: its owner guards it.
 */
public final class AdmissionQueue {
  /** At 10 answers a second a line of 10,000 is a quarter of an hour: no caller waits longer. */
  public static final int MAX_ENTRIES = 10_000;

  /** What the waiting requests hold in memory; some targets' lines must fit into a small heap. */
  public static final long MAX_BYTES = 64L << 20;

  private final FairQueue interactive = new FairQueue();
  private final FairQueue standard = new FairQueue();
  private final FairQueue batch = new FairQueue();

  /** A call in the line. It may be offered again after it has left. */
  public static final class Ticket {
    private final Reservation reservation;
    private final long sinceNanos;
    private final long giveUpNanos;
    private final Runnable wake;

    /** Where it waits, and its neighbours there: owned by {@link FairQueue}. */
    FairQueue.@Nullable Account account;

    @Nullable Ticket before;
    @Nullable Ticket after;

    /**
     * A call that does not wait yet.
     *
     * @param reservation what it waits for
     * @param sinceNanos when it came
     * @param giveUpNanos until when it waits
     * @param wake what to do when its turn may have come
     */
    Ticket(Reservation reservation, long sinceNanos, long giveUpNanos, Runnable wake) {
      this.reservation = reservation;
      this.sinceNanos = sinceNanos;
      this.giveUpNanos = giveUpNanos;
      this.wake = wake;
    }

    Reservation reservation() {
      return reservation;
    }

    boolean isWaiting() {
      return account != null;
    }

    Priority priority() {
      return reservation.call().priority();
    }

    Tenant tenant() {
      return reservation.call().tenant();
    }

    long tokens() {
      return reservation.tokens();
    }

    int bytes() {
      return reservation.call().bytes();
    }

    long sinceNanos() {
      return sinceNanos;
    }

    long giveUpNanos() {
      return giveUpNanos;
    }

    long deadlineNanos() {
      return reservation.deadlineNanos();
    }

    Runnable wake() {
      return wake;
    }
  }

  /** Lets a call wait at the end of its tenant's line; false if there is no room for it. */
  boolean offer(Ticket ticket) {
    if (ticket.isWaiting()) {
      throw new IllegalStateException("the ticket waits already");
    }
    if (size() >= MAX_ENTRIES || bytes() + ticket.bytes() > MAX_BYTES) {
      return false;
    }
    line(ticket.priority()).add(ticket);
    return true;
  }

  /** The call gave up. Nothing happens if it does not wait. */
  void remove(Ticket ticket) {
    line(ticket.priority()).remove(ticket);
  }

  /** Whose turn it is; null if it is empty. */
  @Nullable Ticket head() {
    FairQueue first = !interactive.isEmpty() ? interactive : !standard.isEmpty() ? standard : batch;
    return first.head();
  }

  /** The call got what it waited for: it leaves, and its tenant is charged. */
  void served(Ticket ticket) {
    if (ticket.isWaiting()) {
      // Charged first: a queue that runs empty drops its counters.
      charge(ticket.priority(), ticket.tenant(), (double) ticket.tokens());
      remove(ticket);
    }
  }

  /**
   * Charges service given outside the queue, or corrects an estimate, if the tenant is known in
   * that class.
   *
   * @param tokens negative to give some back
   */
  void charge(Priority priority, Tenant tenant, double tokens) {
    if (!Double.isFinite(tokens)) {
      throw new IllegalArgumentException("tokens must be finite, were " + tokens);
    }
    line(priority).charge(tenant, tokens);
  }

  /** The tokens for which calls as urgent as this or more wait. */
  long tokensAhead(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> interactive.tokens();
      case STANDARD -> interactive.tokens() + standard.tokens();
      case BATCH -> interactive.tokens() + standard.tokens() + batch.tokens();
    };
  }

  /** How many calls a new one of that class would have to let pass. */
  int sizeAhead(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> interactive.size();
      case STANDARD -> interactive.size() + standard.size();
      case BATCH -> size();
    };
  }

  int size() {
    return interactive.size() + standard.size() + batch.size();
  }

  int size(Priority priority) {
    return line(priority).size();
  }

  long bytes() {
    return interactive.bytes() + standard.bytes() + batch.bytes();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /**
   * Runs an action for each call that waits now, the most urgent class first. It may let any of
   * them leave; those are then left out.
   */
  void forEachWaiting(Consumer<Ticket> action) {
    List<Ticket> waiting = new ArrayList<>(size());
    interactive.forEach(waiting::add);
    standard.forEach(waiting::add);
    batch.forEach(waiting::add);
    for (Ticket ticket : waiting) {
      if (ticket.isWaiting()) {
        action.accept(ticket);
      }
    }
  }

  /** How many tenants have a counter, for tests of the bound. */
  int knownTenants() {
    return interactive.knownTenants() + standard.knownTenants() + batch.knownTenants();
  }

  private FairQueue line(Priority priority) {
    return switch (priority) {
      case INTERACTIVE -> interactive;
      case STANDARD -> standard;
      case BATCH -> batch;
    };
  }
}
