/**
 * Whether a target has capacity: what is believed of its quota and what is risked, reservations and
 * the queues of waiting calls.
 */
@NullMarked
package dev.forebay.core.admission;

import org.jspecify.annotations.NullMarked;
