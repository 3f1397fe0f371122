/** The Bedrock dialect, both directions, on bytes alone: no I/O, no clock, no threads. */
@NullMarked
package dev.forebay.bedrock;

import org.jspecify.annotations.NullMarked;
