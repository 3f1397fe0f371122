package dev.forebay.client;

/**
 * Any work that a target does, as {@link Forebay#call} tries it. What it throws decides what comes
 * next:
 *
 * <ul>
 *   <li>an {@code AwsServiceException} or a {@link WorkStatusException}: what its status and name
 *       mean at Bedrock, so that 429, 503 and 5xx are tried again and 400 is not;
 *   <li>an {@code IOException}, {@code UncheckedIOException}, {@code SdkClientException} or {@code
 *       TimeoutException}: a failure of the connection, which is tried again;
 *   <li>anything else: a defect of the work itself, which ends the call at once.
 * </ul>
 *
 * @param <T> what it gives
 * @param <E> what it throws besides unchecked exceptions
 */
@FunctionalInterface
public interface Work<T, E extends Exception> {
  /** Does it once, for this target. */
  T on(WorkTarget target) throws E;
}
