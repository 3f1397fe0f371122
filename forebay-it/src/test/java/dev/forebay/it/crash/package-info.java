/** Processes that are killed at random moments, and a count of what became of their jobs. */
@NullMarked
package dev.forebay.it.crash;

import org.jspecify.annotations.NullMarked;
