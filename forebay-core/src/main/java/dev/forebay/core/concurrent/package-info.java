/** Locks for the few places where calls of several threads meet. */
@NullMarked
package dev.forebay.core.concurrent;

import org.jspecify.annotations.NullMarked;
