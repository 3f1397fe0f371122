/** The Bedrock dialect, both directions, as pure functions on bytes: no I/O, no clock, no state. */
@NullMarked
package dev.forebay.bedrock;

import org.jspecify.annotations.NullMarked;
