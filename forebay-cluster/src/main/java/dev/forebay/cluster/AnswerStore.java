package dev.forebay.cluster;

import java.util.concurrent.CompletionStage;

/**
 * The store's operations on answers. Each returns at once; its stage fails if the store cannot be
 * reached, and may be completed on any thread, or never. Thread-safe.
 */
interface AnswerStore {
  /** How long a claim holds that is not renewed. */
  long CLAIM_MILLIS = 10_000;

  /** What there is under a name. */
  sealed interface Entry {
    /** Nothing. */
    record Nothing() implements Entry {}

    /**
     * The answer.
     *
     * @param millisLeft how long it holds yet
     */
    // Not compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(byte[] value, long millisLeft) implements Entry {}

    /**
     * The claim of another one.
     *
     * @param request the request that it is for
     */
    record Claimed(String request) implements Entry {}

    /** The claim that was asked for. */
    record Mine() implements Entry {}
  }

  /**
   * Looks for an answer, and claims it if there is neither it nor a claim.
   *
   * @param token the claim's, without spaces, and no other's beginning; empty to claim nothing
   * @param request the request that the claim is for
   */
  CompletionStage<Entry> readOrClaim(String name, String token, String request);

  /**
   * Keeps an answer and ends the claim of that token, unless there is a claim of another one.
   *
   * @param token empty if it was not claimed
   * @param firstStays whether an answer that is there stays
   * @return whether it is kept
   */
  CompletionStage<Boolean> keep(
      String name, String token, byte[] value, long millis, boolean firstStays);

  /**
   * Has the claim of that token hold for so long from now on; with 0 it ends.
   *
   * @return whether it was there
   */
  CompletionStage<Boolean> claim(String name, String token, long millis);
}
