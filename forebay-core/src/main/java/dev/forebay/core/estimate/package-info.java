/**
 * Estimates that follow a stream of measurements: quantiles, peaks, sums over time, latencies,
 * token counts.
 */
@NullMarked
package dev.forebay.core.estimate;

import org.jspecify.annotations.NullMarked;
