package dev.forebay.jobs;

import dev.forebay.core.Checks;
import dev.forebay.core.Priority;
import dev.forebay.core.Tenant;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What was asked for: all but the request itself, which is kept apart because it may be large.
 *
 * @param tenant who may see it, and shares the capacity with others
 * @param route the route that was called, whose worker runs it
 * @param operation the operation's name, such as {@code converse}
 * @param modelPath the model id as the caller wrote it in the path
 * @param created when it was accepted
 * @param expires from when on it never runs; times are kept in milliseconds
 * @param expectedTokens about how many tokens it will cost, for capacity and fairness
 * @param callback what is called when it has ended
 */
public record Job(
    JobId id,
    Tenant tenant,
    String route,
    String operation,
    String modelPath,
    Priority priority,
    Instant created,
    Instant expires,
    long expectedTokens,
    Optional<URI> callback) {
  public Job {
    created = created.truncatedTo(ChronoUnit.MILLIS);
    expires = expires.truncatedTo(ChronoUnit.MILLIS);
    Checks.check(!route.isBlank(), "route", "must not be blank", route);
    Checks.check(!operation.isBlank(), "operation", "must not be blank", operation);
    Checks.check(!modelPath.isBlank(), "modelPath", "must not be blank", modelPath);
    Checks.check(expires.isAfter(created), "expires", "must be after " + created, expires);
    Checks.check(expectedTokens > 0, "expectedTokens", "must be positive", expectedTokens);
  }

  Job expiring(Instant later) {
    return new Job(
        id,
        tenant,
        route,
        operation,
        modelPath,
        priority,
        created,
        later,
        expectedTokens,
        callback);
  }
}
