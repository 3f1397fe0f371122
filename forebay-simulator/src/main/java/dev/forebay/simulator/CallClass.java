package dev.forebay.simulator;

import dev.forebay.core.Priority;
import java.time.Duration;
import java.util.Optional;

/**
 * One kind of calls.
 *
 * @param weight its share of the common arrivals; unused if it has its own
 * @param arrivals its own calls per second
 * @param tenant on whose behalf, with the weight of its claim to capacity
 * @param maxTokens what the caller allows, and the service reserves
 * @param deadline after what time a caller has no use for the answer any more
 */
public record CallClass(
    String name,
    double weight,
    Optional<Curve> arrivals,
    Priority priority,
    String tenant,
    double tenantWeight,
    boolean streaming,
    Distribution inputTokens,
    Distribution maxTokens,
    Distribution outputTokens,
    Duration deadline) {}
