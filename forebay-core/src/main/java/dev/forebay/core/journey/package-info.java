/**
 * One call's way to its single end: the state machine that picks targets, retries, falls back and
 * refuses.
 */
@NullMarked
package dev.forebay.core.journey;

import org.jspecify.annotations.NullMarked;
