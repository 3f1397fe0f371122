/** Isolates calls from defects of listeners and traces. */
@NullMarked
package dev.forebay.engine.telemetry;

import org.jspecify.annotations.NullMarked;
