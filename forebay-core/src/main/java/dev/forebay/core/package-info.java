/**
 * The vocabulary of all modules: calls, routes, tiers, targets, outcomes, steps, and the records of
 * policies. The state machine of a call is in {@code core.journey}.
 */
@NullMarked
package dev.forebay.core;

import org.jspecify.annotations.NullMarked;
