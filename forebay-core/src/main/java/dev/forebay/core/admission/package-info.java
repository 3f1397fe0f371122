/**
 * Whether a target has capacity: token buckets, learned rates, reservations and the queues of
 * waiting calls.
 */
@NullMarked
package dev.forebay.core.admission;

import org.jspecify.annotations.NullMarked;
