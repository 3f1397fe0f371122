/** The exchange that makes a call, and the calls in progress on a loop. */
@NullMarked
package dev.forebay.engine.call;

import org.jspecify.annotations.NullMarked;
