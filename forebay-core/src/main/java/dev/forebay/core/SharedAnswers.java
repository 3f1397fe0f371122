package dev.forebay.core;

import java.time.Duration;

/**
 * Answers that several processes keep together, and claims by which only one of them makes a call
 * while the others wait for its answer.
 *
 * <p>All of it is for calls that can do without: what the store does not answer within some tens of
 * milliseconds counts as absent, and nothing here throws or fails. No method blocks. A {@link
 * LookupCallback} may be called on any thread, also before {@link #find} has returned. Thread-safe.
 */
public interface SharedAnswers {
  /** The largest answer that is kept, in bytes. */
  int MAX_BYTES = 1 << 20;

  /**
   * Which answer.
   *
   * @param name the same in all processes, and another one for each tenant
   * @param request distinguishes requests that may have the same name
   */
  record Place(String name, String request) {}

  /** What to do about an answer that is absent. */
  enum Search {
    /** Nothing: several processes may make it at once. */
    LOOK,

    /**
     * Claim it, or wait for the holder of the claim. If that one brings nothing, all make it for
     * themselves.
     */
    SHARE,

    /**
     * Claim it, or wait for the holder of the claim. If that one brings nothing, the next one
     * claims it. The first answer stays.
     */
    ONCE
  }

  /** Receives one of these, once, unless the search was cancelled. */
  interface LookupCallback {
    /**
     * The answer.
     *
     * @param age how long ago it was kept
     */
    void found(byte[] answer, Duration age);

    /** There is none, or the store does not answer. The claim must be ended. */
    void absent(Claim claim);

    /** The name belongs to another request. */
    void otherRequest();
  }

  /** A search in progress. */
  interface Lookup {
    /** Ends it; a claim that it gets all the same is released. */
    void cancel();
  }

  /** The right or the duty to bring an answer. The first of its methods that is called counts. */
  interface Claim {
    /** Keeps the answer for all, unless another process has taken the claim over meanwhile. */
    void keep(byte[] answer, Duration lifetime);

    /** There is no answer for others. */
    void release();
  }

  /** Looks for an answer. */
  Lookup find(Place place, Search search, LookupCallback callback);

  /** To keep an answer that was made without a search. */
  Claim unclaimed(Place place);

  /**
   * What is known of it.
   *
   * @param reachable whether the store answered when it was asked last
   * @param hits searches that found an answer, also after a wait
   * @param misses searches that found none
   * @param waits searches that waited for another process
   * @param kept answers that were brought
   * @param failures operations that failed, came too late, or were left out since others had
   * @param lastFailure what the last of them said; empty for none
   */
  record Diagnostics(
      boolean reachable,
      long hits,
      long misses,
      long waits,
      long kept,
      long failures,
      String lastFailure) {
    /** Whether the store has failed, and has not answered since. */
    public boolean isDown() {
      return !reachable && !lastFailure.isEmpty();
    }
  }

  Diagnostics reading();
}
