/**
 * Whether a target works: circuit breaker, cooldown, retry budget, hedge budget, stall detection.
 */
@NullMarked
package dev.forebay.core.health;

import org.jspecify.annotations.NullMarked;
