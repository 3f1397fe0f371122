/**
 * Whether a target works: circuit breaker, cooldown, retry budget, hedge budget, stall detection,
 * throttle streaks.
 */
@NullMarked
package dev.forebay.core.health;

import org.jspecify.annotations.NullMarked;
