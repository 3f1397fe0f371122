/** One line for a call. */
@NullMarked
package dev.forebay.telemetry.log;

import org.jspecify.annotations.NullMarked;
