/** Attempts at targets: requests as targets take them, readers of answers and streams. */
@NullMarked
package dev.forebay.engine.upstream;

import org.jspecify.annotations.NullMarked;
