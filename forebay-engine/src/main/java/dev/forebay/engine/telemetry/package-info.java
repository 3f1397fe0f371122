/** Keeps defects of listeners and traces from the calls that they hear of. */
@NullMarked
package dev.forebay.engine.telemetry;

import org.jspecify.annotations.NullMarked;
